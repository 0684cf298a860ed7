package dev.seneschal.gateway.http;

import dev.seneschal.api.http.Problem;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs work on threads of its own, so that slow work takes neither the server's threads nor its caller's patience. Both the
 * threads and what waits for them are bounded. Safe for use by any thread.
 */
final class Workers implements AutoCloseable {

    private static final int IDLE_SECONDS = 30;
    private static final int STOP_SECONDS = 5;

    private final ThreadPoolExecutor executor;
    private final ScheduledExecutorService clock;

    /**
     * Starts no thread yet.
     *
     * @param threads how many there are at most; four times as many pieces of work may wait
     * @param clock rings when patience ends
     */
    Workers(String name, int threads, ScheduledExecutorService clock) {
        var count = new AtomicInteger();
        this.clock = clock;
        this.executor = new ThreadPoolExecutor(
                threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(threads * 4), task -> {
                    var thread = new Thread(task, name + "-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
                    return thread;
                });
        executor.allowCoreThreadTimeOut(true);
    }

    /** Returns what the work will return or throw; a 503 if there is no room for it, or if it takes too long, waiting included. */
    <T> CompletableFuture<T> run(Callable<T> work, Duration patience) {
        var result = new CompletableFuture<T>();
        var task = new FutureTask<Void>(() -> carryOut(work, result), null);
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(
                    Problems.later("The host has too much to do at the moment; try again.", Duration.ofSeconds(1)));
        }
        var alarm = clock.schedule(
                () -> {
                    if (result.completeExceptionally(late(patience))) {
                        task.cancel(true);
                        executor.remove(task);
                    }
                },
                patience.toMillis(),
                TimeUnit.MILLISECONDS);
        var unused = result.whenComplete((done, failure) -> alarm.cancel(false));
        return result;
    }

    private static <T> void carryOut(Callable<T> work, CompletableFuture<T> result) {
        try {
            result.complete(work.call());
        } catch (Throwable e) { // an Error too: somebody waits for an answer
            result.completeExceptionally(e);
        }
    }

    private static Problem late(Duration patience) {
        return Problems.later(
                "There was no answer within " + patience.toMillis() / 1000.0
                        + " seconds; it may yet have been carried out.",
                patience);
    }

    @Override
    public void close() {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                executor.shutdownNow();
                executor.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            executor.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
