package dev.seneschal.jobs.work;

import dev.seneschal.api.storage.StorageUnavailableException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repeats a round on a thread of its own until it is closed. What a round throws is logged once, not per round, and the loop
 * goes on. {@link #wake()} may be called from any thread.
 */
public final class Loop implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Loop.class);
    private static final Duration CLOSING = Duration.ofSeconds(5);

    private final String name;
    private final Round round;
    private final Duration afterFailure;
    private final Semaphore wakeUps = new Semaphore(0);
    private final Thread thread;
    private volatile boolean stopped;
    private volatile String trouble;

    /** One round. */
    @FunctionalInterface
    public interface Round {
        /** Does it, and returns how long to wait for a wake-up before the next; zero for none at all. */
        Duration run();
    }

    /**
     * Prepares the loop; {@link #start} starts it.
     *
     * @param name of the thread, without the prefix that all of the bundle's have
     * @param afterFailure how long to wait after a round that failed
     */
    public Loop(String name, Duration afterFailure, Round round) {
        this.name = name;
        this.round = round;
        this.afterFailure = afterFailure;
        this.thread = new Thread(this::repeat, "seneschal-jobs-" + name);
        this.thread.setDaemon(true);
        this.thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
    }

    /** Starts the thread. */
    public void start() {
        thread.start();
    }

    /** Ends the current wait, or the next one if there is none. */
    public void wake() {
        wakeUps.release();
    }

    /** Says why the last round failed; empty if it did not. */
    public Optional<String> trouble() {
        return Optional.ofNullable(trouble);
    }

    private void repeat() {
        while (!stopped) {
            var pause = runOnce();
            try {
                if (!stopped && wakeUps.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    wakeUps.drainPermits();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private Duration runOnce() {
        try {
            var pause = round.run();
            if (trouble != null) {
                LOG.info("The loop works again: loop={}", name);
                trouble = null;
            }
            return pause;
        } catch (StorageUnavailableException e) {
            report(e.getMessage(), null);
        } catch (Throwable e) {
            // Also an Error: a bundle may be replaced under the loop, and without the loop this node would stand still.
            report(String.valueOf(e), e);
        }
        return afterFailure;
    }

    private void report(String message, Throwable cause) {
        if (!Objects.equals(message, trouble)) {
            LOG.warn("A round failed; the loop goes on: loop={} reason={}", name, message, cause);
            trouble = message;
        }
    }

    /** Lets the current round end and waits for it, a few seconds at most. */
    @Override
    public void close() {
        stopped = true;
        wake();
        try {
            thread.join(CLOSING.toMillis());
            if (thread.isAlive()) {
                LOG.warn("A loop does not end and is interrupted: loop={}", name);
                thread.interrupt();
                thread.join(CLOSING.toMillis());
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }
}
