package dev.seneschal.realtime.thread;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes and ends this bundle's threads. */
public final class Threads {

    private static final Logger LOG = LoggerFactory.getLogger(Threads.class);

    private static final int STOP_SECONDS = 5;

    private Threads() {}

    /** Returns a factory of daemon threads with this name and a number. */
    public static ThreadFactory named(String name) {
        var count = new AtomicInteger();
        return task -> {
            var thread = new Thread(task, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
            return thread;
        };
    }

    /** Lets running tasks end, within bounds, and then interrupts them. */
    public static void stop(ExecutorService executor) {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                executor.shutdownNow();
                LOG.warn("Threads did not stop within {} s and were interrupted. executor={}", STOP_SECONDS, executor);
            }
        } catch (InterruptedException e) {
            executor.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
