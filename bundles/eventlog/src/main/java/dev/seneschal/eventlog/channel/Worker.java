package dev.seneschal.eventlog.channel;

import dev.seneschal.api.storage.StorageUnavailableException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that runs rounds of work until it is closed, whatever a round throws. One that fails is followed by a pause; a
 * database that is away is reported once, and once more when it is back. Safe for use by any thread.
 */
public final class Worker implements AutoCloseable {

    /** One round. */
    @FunctionalInterface
    public interface Round {
        /**
         * Works, or waits for work.
         *
         * @throws InterruptedException if the thread was interrupted
         */
        void run() throws InterruptedException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final long PAUSE_MILLIS = 500;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Round round;
    private final Thread thread;
    private final CountDownLatch stop = new CountDownLatch(1);
    private boolean away;

    /** Prepares a thread of that name. */
    public Worker(String name, Round round) {
        this.round = round;
        this.thread = new Thread(this::run, name);
        this.thread.setDaemon(true);
        this.thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
    }

    /** Starts the thread. */
    public void start() {
        thread.start();
    }

    /** Returns whether the rounds are to end. */
    public boolean isStopping() {
        return stop.getCount() == 0;
    }

    /** Returns the thread's name. */
    public String name() {
        return thread.getName();
    }

    /** Returns whether the thread has ended though nobody closed the worker. */
    public boolean hasDied() {
        return thread.getState() == Thread.State.TERMINATED && !isStopping();
    }

    private void run() {
        while (!isStopping()) {
            try {
                if (!succeeds() && stop.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
                    return;
                }
            } catch (InterruptedException e) {
                if (!isStopping()) {
                    LOG.warn("Interrupted by somebody else, goes on: worker={}", thread.getName());
                }
            }
        }
    }

    private boolean succeeds() throws InterruptedException {
        try {
            round.run();
            if (away) {
                away = false;
                LOG.info("The database is back: worker={}", thread.getName());
            }
            return true;
        } catch (InterruptedException e) {
            throw e;
        } catch (StorageUnavailableException e) {
            if (!away) {
                away = true;
                LOG.warn("The database is away, waiting: worker={} cause={}", thread.getName(), e.toString());
            }
        } catch (Throwable e) {
            // Also errors: a bundle that is being replaced throws NoClassDefFoundError, and the work goes on after it.
            if (!isStopping()) {
                LOG.warn("A round failed and is tried again: worker={}", thread.getName(), e);
            }
        }
        return false;
    }

    /** Lets the round end; interrupts it only if it takes long. Does not wait when called from the round itself. */
    @Override
    public void close() {
        stop.countDown();
        if (Thread.currentThread() == thread || !thread.isAlive()) {
            return;
        }
        try {
            thread.join(PATIENCE.toMillis());
            if (thread.isAlive()) {
                LOG.warn("Interrupting a round that does not end: worker={}", thread.getName());
                thread.interrupt();
                thread.join(PATIENCE.toMillis());
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }
}
