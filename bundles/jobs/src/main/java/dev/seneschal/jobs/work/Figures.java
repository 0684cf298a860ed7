package dev.seneschal.jobs.work;

import java.util.concurrent.atomic.LongAdder;

/** Counts what the engine does. Safe for use by any thread. */
public final class Figures {

    private final LongAdder done = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder retried = new LongAdder();
    private final LongAdder released = new LongAdder();
    private final LongAdder lost = new LongAdder();
    private final LongAdder reaped = new LongAdder();
    private final LongAdder runs = new LongAdder();
    private final LongAdder runNanos = new LongAdder();

    void ended(Ending ending) {
        if (ending instanceof Ending.Over over) {
            (over.result() == Ending.Result.DONE ? done : failed).increment();
        } else if (ending instanceof Ending.Again) {
            retried.increment();
        } else {
            released.increment();
        }
    }

    void lost() {
        lost.increment();
    }

    void reaped(int count) {
        reaped.add(count);
    }

    void ran(long nanos) {
        runs.increment();
        runNanos.add(nanos);
    }

    /** Returns how many jobs were done here. */
    public long done() {
        return done.sum();
    }

    /** Returns how many jobs failed for good here. */
    public long failed() {
        return failed.sum();
    }

    /** Returns how many attempts ended in another one. */
    public long retried() {
        return retried.sum();
    }

    /** Returns how many jobs were given back undone. */
    public long released() {
        return released.sum();
    }

    /** Returns how many endings did not count because the lease was lost. */
    public long lostLeases() {
        return lost.sum();
    }

    /** Returns how many expired leases of silent nodes this node found. */
    public long reaped() {
        return reaped.sum();
    }

    /** Returns how many times handlers were called. */
    public long runs() {
        return runs.sum();
    }

    /** Returns how long handlers took in all. */
    public double runNanos() {
        return runNanos.sum();
    }
}
