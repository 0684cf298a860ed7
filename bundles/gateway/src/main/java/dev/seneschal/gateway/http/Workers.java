package dev.seneschal.gateway.http;

import dev.seneschal.api.http.Problem;
import dev.seneschal.api.http.Response;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs handlers on threads of their own, so that a slow one takes neither the server's threads nor its caller's patience.
 * Both the threads and what waits for them are bounded.
 */
final class Workers implements AutoCloseable {

    private static final int IDLE_SECONDS = 30;
    private static final int STOP_SECONDS = 5;

    private final ThreadPoolExecutor executor;
    private final Duration patience;

    Workers(int threads, Duration patience) {
        var count = new AtomicInteger();
        this.patience = patience;
        this.executor = new ThreadPoolExecutor(
                threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(threads * 4), task -> {
                    var thread = new Thread(task, "seneschal-http-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    thread.setContextClassLoader(Workers.class.getClassLoader());
                    return thread;
                });
        executor.allowCoreThreadTimeOut(true);
    }

    /** Runs the handler and returns what it returns, throws what it throws, or a 503 when it takes too long. */
    Response run(Callable<Response> handler) throws Exception {
        var result = submit(handler);
        try {
            return result.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            result.cancel(true);
            throw Problems.later(
                    "There was no answer within " + patience.toSeconds()
                            + " seconds; it may yet have been carried out.",
                    patience);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        } catch (InterruptedException e) {
            result.cancel(true);
            Thread.currentThread().interrupt();
            throw stopping();
        }
    }

    private Future<Response> submit(Callable<Response> handler) {
        try {
            return executor.submit(handler);
        } catch (RejectedExecutionException e) {
            throw stopping();
        }
    }

    private static Problem stopping() {
        return Problems.later("The host has too much to do at the moment; try again.", Duration.ofSeconds(1));
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
