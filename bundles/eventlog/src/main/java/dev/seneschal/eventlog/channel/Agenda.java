package dev.seneschal.eventlog.channel;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What one reader has yet to look at: channels that changed, or all. From time to time everything is on it, since hints
 * may be missed. Safe for use by any thread; {@link #take} by one at a time. It never grows beyond a bound.
 */
public final class Agenda {

    /** With more channels than this, everything is on the agenda. */
    private static final int CAPACITY = 10_000;

    private final long pollNanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private Set<Long> channels = new LinkedHashSet<>();
    private boolean everything = true;
    private boolean closed;
    private long lastEverything = System.nanoTime();

    /** Has everything on it now, and again each time that long after it was taken. */
    Agenda(Duration poll) {
        this.pollNanos = poll.toNanos();
    }

    /** Adds channels. */
    public void add(Set<Long> ids) {
        lock.lock();
        try {
            channels.addAll(ids);
            if (channels.size() > CAPACITY) {
                everything = true;
                channels.clear();
            }
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Adds every channel. */
    public void addEverything() {
        lock.lock();
        try {
            everything = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Waits, at most that long, until something is on the agenda and takes it all. */
    public Change take(Duration patience) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long deadline = System.nanoTime() + patience.toNanos();
            while (!isEverythingDue() && channels.isEmpty() && !closed) {
                long now = System.nanoTime();
                if (deadline - now <= 0) {
                    break;
                }
                long unused = changed.awaitNanos(Math.min(deadline - now, lastEverything + pollNanos - now));
            }
            var change = new Change(isEverythingDue(), channels);
            if (change.everything()) {
                everything = false;
                lastEverything = System.nanoTime();
            }
            channels = new LinkedHashSet<>();
            return change;
        } finally {
            lock.unlock();
        }
    }

    private boolean isEverythingDue() {
        return everything || System.nanoTime() - lastEverything >= pollNanos;
    }

    /** Ends every wait, now and later. */
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * What is to be looked at.
     *
     * @param everything whether any channel may have changed
     * @param channels the channels that have
     */
    public record Change(boolean everything, Set<Long> channels) {}
}
