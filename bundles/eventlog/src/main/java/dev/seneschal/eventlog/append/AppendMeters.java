package dev.seneschal.eventlog.append;

import dev.seneschal.api.event.Position;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/** Counts what is appended. Safe for use by any thread. */
public final class AppendMeters {

    private final LongAdder events = new LongAdder();
    private final LongAdder duplicates = new LongAdder();
    private final LongAdder requests = new LongAdder();
    private final LongAdder groups = new LongAdder();
    private final LongAdder nanos = new LongAdder();
    private volatile WaitingRoom waiting;

    void watch(WaitingRoom room) {
        waiting = room;
    }

    <T> T time(Supplier<T> work) {
        long start = System.nanoTime();
        try {
            return work.get();
        } finally {
            nanos.add(System.nanoTime() - start);
        }
    }

    void wrote(int count, List<List<Position>> positions) {
        groups.increment();
        requests.add(count);
        for (var request : positions) {
            for (var position : request) {
                (position.duplicate() ? duplicates : events).increment();
            }
        }
    }

    /** Returns how many new events have been committed. */
    public long events() {
        return events.sum();
    }

    /** Returns how many events were in the log already. */
    public long duplicates() {
        return duplicates.sum();
    }

    /** Returns how many requests have been committed. */
    public long requests() {
        return requests.sum();
    }

    /** Returns how many groups have been committed; events divided by groups is their size. */
    public long groups() {
        return groups.sum();
    }

    /** Returns how many seconds were spent on writing groups. */
    public double seconds() {
        return nanos.sum() / 1e9;
    }

    /** Returns how many events wait or are being written. */
    public long waitingEvents() {
        return waiting.events();
    }

    /** Returns how much memory they hold, in bytes, about. */
    public long waitingBytes() {
        return waiting.bytes();
    }
}
