package dev.seneschal.realtime.host;

import dev.seneschal.api.event.CloudEvent;
import dev.seneschal.api.event.EventLog;
import dev.seneschal.api.event.InvalidEventException;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.realtime.thread.Threads;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends events in order, and keeps them, up to a bound, while the log is away. What comes beyond the bound is counted, and
 * the count becomes an event of its own. An event keeps its identifier when it is tried again, so the log takes it once.
 */
final class HostEventQueue implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HostEventQueue.class);

    private static final int BATCH = 500;
    private static final long RETRY_MILLIS = 1_000;
    private static final long APPEND_SECONDS = 10;

    private final int bound;
    private final LongFunction<CloudEvent> summary;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(Threads.named("realtime-host-events"));

    /** What waits, oldest first. Guarded by this, as is all below. */
    private final ArrayDeque<CloudEvent> waiting = new ArrayDeque<>();

    private EventLog log;
    private long dropped;
    private boolean closed;
    private boolean failing;

    HostEventQueue(int bound, LongFunction<CloudEvent> summary) {
        this.bound = bound;
        this.summary = summary;
    }

    void start() {
        thread.execute(this::run);
    }

    synchronized void logArrived(EventLog newLog) {
        log = newLog;
        notifyAll();
    }

    synchronized void logGone(EventLog oldLog) {
        if (log == oldLog) { // the very instance: a swap announces the new one before the old one goes
            log = null;
        }
    }

    synchronized void add(CloudEvent event) {
        if (waiting.size() >= bound) {
            dropped++;
            return;
        }
        waiting.addLast(event);
        notifyAll();
    }

    private void run() {
        try {
            while (appendNext()) {
                // One batch after the other, until the queue is closed.
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean appendNext() throws InterruptedException {
        EventLog present;
        List<CloudEvent> batch;
        synchronized (this) {
            while (!closed && (waiting.isEmpty() || log == null)) {
                wait();
            }
            if (closed) {
                return false;
            }
            present = log;
            batch = waiting.stream().limit(BATCH).toList();
        }
        try {
            var unused = present.append(TenantId.DEFAULT, batch)
                    .toCompletableFuture()
                    .get(APPEND_SECONDS, TimeUnit.SECONDS);
            appended(batch);
        } catch (ExecutionException e) {
            failed(batch, e.getCause());
        } catch (TimeoutException | RuntimeException e) {
            failed(batch, e);
        }
        return true;
    }

    private synchronized void appended(List<CloudEvent> batch) {
        waiting.removeAll(new ArrayList<>(batch));
        if (dropped > 0) {
            LOG.warn("Events of the host were dropped while the log was away. count={}", dropped);
            waiting.addLast(summary.apply(dropped));
            dropped = 0;
        }
        failing = false;
    }

    private synchronized void failed(List<CloudEvent> batch, Throwable cause) throws InterruptedException {
        if (cause instanceof InvalidEventException invalid) {
            var faulty = batch.get(invalid.index());
            waiting.remove(faulty);
            LOG.warn("The log refused an event of the host. type={} cause={}", faulty.type(), cause.getMessage());
            return;
        }
        if (!failing) {
            failing = true;
            LOG.warn("Events of the host wait for the log. waiting={} cause={}", waiting.size(), cause.toString());
        }
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(RETRY_MILLIS);
        for (long left = RETRY_MILLIS;
                !closed && left > 0;
                left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime())) {
            wait(left);
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        Threads.stop(thread);
    }
}
