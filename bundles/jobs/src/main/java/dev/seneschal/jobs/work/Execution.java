package dev.seneschal.jobs.work;

import dev.seneschal.api.job.Job;
import dev.seneschal.api.job.JobHandler;
import dev.seneschal.jobs.work.Leases.Leased;
import java.util.Comparator;

/**
 * A leased job on its way through this node. Its lease is trusted only as long as this node has measured it to last: counted
 * from before the statement that took or renewed it, so that this node gives up before the database does.
 */
final class Execution implements Comparable<Execution> {

    private static final Comparator<Execution> URGENCY = Comparator.comparing(
                    (Execution one) -> one.leased.priority(), Comparator.reverseOrder())
            .thenComparing(one -> one.job().dueAt())
            .thenComparing(one -> one.job().id());

    private final Leased leased;
    private final Lane lane;
    private volatile long trustedUntilNanos;
    private volatile boolean abandoned;
    private JobHandler handler;
    private Thread thread;
    private boolean stopped;

    Execution(Leased leased, Lane lane, long trustedUntilNanos) {
        this.leased = leased;
        this.lane = lane;
        this.trustedUntilNanos = trustedUntilNanos;
    }

    Leased leased() {
        return leased;
    }

    Job job() {
        return leased.job();
    }

    Lane lane() {
        return lane;
    }

    void trustUntil(long nanos) {
        trustedUntilNanos = nanos;
    }

    boolean isTrusted() {
        return System.nanoTime() - trustedUntilNanos < 0;
    }

    /** Leaves the lease to expire: the work does not end, and nobody may wait for it any longer. */
    void abandon() {
        abandoned = true;
    }

    boolean isAbandoned() {
        return abandoned;
    }

    synchronized void begin(JobHandler by) {
        handler = by;
        thread = Thread.currentThread();
    }

    /** Ends the run on its own thread; returns whether it was told to stop. No interrupt reaches the thread afterwards. */
    synchronized boolean end() {
        handler = null;
        thread = null;
        return stopped;
    }

    synchronized boolean runsOn(JobHandler candidate) {
        return handler == candidate;
    }

    synchronized void interrupt() {
        if (thread != null) {
            stopped = true;
            thread.interrupt();
        }
    }

    @Override
    public int compareTo(Execution other) {
        return URGENCY.compare(this, other);
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
