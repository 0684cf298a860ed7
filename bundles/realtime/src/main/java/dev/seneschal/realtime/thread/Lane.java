package dev.seneschal.realtime.thread;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs tasks one after the other, in the order they came, on threads of a shared executor. Safe for use by any thread. */
public final class Lane {

    private static final Logger LOG = LoggerFactory.getLogger(Lane.class);

    private final Executor executor;
    private final int limit;
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private boolean running;

    /**
     * Makes a lane.
     *
     * @param limit how many tasks may wait
     */
    public Lane(Executor executor, int limit) {
        this.executor = executor;
        this.limit = limit;
    }

    /** Adds a task. Returns false, and does nothing, if too many wait or the executor has been stopped. */
    public boolean add(Runnable task) {
        synchronized (waiting) {
            if (waiting.size() >= limit) {
                return false;
            }
            waiting.addLast(task);
            return running || start();
        }
    }

    private boolean start() {
        try {
            executor.execute(this::next);
            running = true;
            return true;
        } catch (RejectedExecutionException e) {
            waiting.clear();
            return false;
        }
    }

    /** One task per turn: a busy connection does not keep a thread from the others. */
    private void next() {
        Runnable task;
        synchronized (waiting) {
            task = waiting.removeFirst();
        }
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.warn("A task of a connection failed.", e);
        }
        synchronized (waiting) {
            running = false;
            if (!waiting.isEmpty()) {
                running = start();
            }
        }
    }
}
