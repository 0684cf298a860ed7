package dev.seneschal.storage.pool;

import dev.seneschal.api.storage.StorageUnavailableException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps half of the pool for short work, such as appending to the log, whatever long work there is. Safe for use by any
 * thread.
 */
final class LongWork {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Connections connections;
    private final ReentrantLock lock = new ReentrantLock(true);
    private final Condition left = lock.newCondition();
    private int running;

    LongWork(Connections connections) {
        this.connections = connections;
    }

    /**
     * Runs the work when there is room for it.
     *
     * @throws StorageUnavailableException if there is none for long
     */
    <T, X extends Exception> T admit(Work<T, X> work) throws X {
        enter();
        try {
            return work.run();
        } finally {
            leave();
        }
    }

    private void enter() {
        lock.lock();
        try {
            for (long nanos = PATIENCE_NANOS; running >= Math.max(1, connections.size() / 2); ) {
                if (nanos <= 0) {
                    throw new StorageUnavailableException(
                            "Half of the connections to the database do long work already, such as exports; try again"
                                    + " later.",
                            null);
                }
                nanos = left.awaitNanos(nanos);
            }
            running++;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StorageUnavailableException("The wait for a connection to the database was interrupted.", e);
        } finally {
            lock.unlock();
        }
    }

    private void leave() {
        lock.lock();
        try {
            running--;
            left.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Something to do. */
    interface Work<T, X extends Exception> {
        T run() throws X;
    }
}
