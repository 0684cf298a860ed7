package dev.seneschal.jobs.work;

import dev.seneschal.api.job.Job;
import dev.seneschal.api.job.JobHandler;
import dev.seneschal.api.job.JobSummary;
import dev.seneschal.api.storage.StorageUnavailableException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Handle;

/**
 * The work of one type on this node: who does it, how much of it is here, how much of it should be. Fast work is fetched
 * ahead in big batches, slow work is not: another node could do it, and something more urgent may come. Safe for use by any
 * thread.
 */
final class Lane {

    /** How much work a lane holds ready, measured in time. */
    private static final long AHEAD_NANOS = Duration.ofMillis(200).toNanos();

    private final String type;
    private final int fewest;
    private final int most;
    private final List<Registered> handlers = new CopyOnWriteArrayList<>();
    private final AtomicInteger here = new AtomicInteger();
    private volatile long usualNanos = AHEAD_NANOS;

    /**
     * Begins empty.
     *
     * @param fewest how many slow jobs are here at once
     * @param most how many fast ones
     */
    Lane(String type, int fewest, int most) {
        this.type = type;
        this.fewest = Math.min(fewest, most);
        this.most = most;
    }

    /** A handler, and its rank among those of its type. */
    record Registered(JobHandler handler, Comparable<Object> rank) {}

    String type() {
        return type;
    }

    synchronized void add(Registered registered) {
        handlers.add(registered);
        handlers.sort(Comparator.comparing(Registered::rank, Comparator.reverseOrder()));
    }

    /** Removes the handler. Returns when it is not being told of an ending any more. */
    synchronized void remove(JobHandler handler) {
        handlers.removeIf(registered -> registered.handler() == handler);
    }

    /**
     * Tells the handler that the job ends undone, in the transaction that ends it. Returns false if there is none.
     *
     * @throws UntoldException if the handler fails; the transaction must not commit
     */
    synchronized boolean tell(Handle transaction, Job job, JobSummary.State state, String reason) {
        var handler = handler();
        if (handler.isEmpty()) {
            return false;
        }
        try {
            handler.get().ended(transaction, job, state, reason);
            return true;
        } catch (StorageUnavailableException e) {
            throw e;
        } catch (Throwable e) {
            // Also an Error: a handler whose bundle is being replaced may fail to link.
            throw new UntoldException("its handler could not end what it is for", e);
        }
    }

    /** Returns the handler of the highest rank. */
    Optional<JobHandler> handler() {
        return handlers.stream().findFirst().map(Registered::handler);
    }

    /**
     * Returns how many more jobs to fetch: what is missing of slow work; of fast work nothing while more than half of the
     * target is here, so that fetches stay big.
     */
    int room() {
        if (handlers.isEmpty()) {
            return 0;
        }
        var target = target();
        var missing = target - here.get();
        return target == fewest || missing * 2 >= target ? Math.max(0, missing) : 0;
    }

    private int target() {
        var ahead = fewest * (double) AHEAD_NANOS / Math.max(1, usualNanos);
        return (int) Math.max(fewest, Math.min(most, ahead));
    }

    void arrived(int count) {
        here.addAndGet(count);
    }

    /** Counts a job out. Returns whether there is room again. */
    boolean left() {
        here.decrementAndGet();
        return room() > 0;
    }

    /** Learns how long a job took: the newest counts an eighth. Threads may overwrite each other; it is an estimate. */
    void took(long nanos) {
        usualNanos += (nanos - usualNanos) / 8;
    }
}
