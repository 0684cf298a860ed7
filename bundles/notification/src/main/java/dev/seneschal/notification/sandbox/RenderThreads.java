package dev.seneschal.notification.sandbox;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads of a bounded stack on which templates are parsed and rendered, so that neither a deep nor a long one can take a
 * worker of the queue down with it. Safe for use by any thread.
 */
final class RenderThreads implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RenderThreads.class);
    private static final long STACK_BYTES = 1 << 20;
    private static final int WAITING = 1_000;

    private final ThreadPoolExecutor pool;
    private final Duration patience;
    private final AtomicInteger stuck = new AtomicInteger();

    RenderThreads(int threads, Duration time) {
        // The budget stops a rendering by itself; only code without a checkpoint would outlast the double of it.
        this.patience = time.multipliedBy(2).plusSeconds(1);
        var count = new AtomicInteger();
        this.pool = new ThreadPoolExecutor(
                threads, threads, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING), task -> {
                    var thread = new Thread(null, task, "notification-render-" + count.incrementAndGet(), STACK_BYTES);
                    thread.setDaemon(true);
                    thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
    }

    /** Returns how many renderings have never come back. */
    int stuck() {
        return stuck.get();
    }

    /**
     * Runs the work and waits for it.
     *
     * @throws TemplateFault if the work failed in any way a template can make it fail
     */
    <T> T run(Callable<T> work) throws InterruptedException {
        var future = submit(() -> {
            try {
                return work.call();
            } catch (StackOverflowError e) {
                throw new TemplateFault("The template is nested too deeply.");
            } catch (OutOfMemoryError e) {
                throw TemplateFault.passing("The template needs more memory than there is.");
            }
        });
        try {
            return future.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            if (future.cancel(true)) {
                stuck.incrementAndGet();
            }
            throw TemplateFault.passing("The template did not end within " + patience.toMillis() + " ms.");
        } catch (InterruptedException e) {
            future.cancel(true);
            throw e;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TemplateFault fault) {
                throw fault;
            }
            // Not a case we know: the mail fails, the worker goes on, and somebody should look.
            LOG.warn("A template broke its renderer; please report the stack trace.", e.getCause());
            throw new TemplateFault("The template met an internal fault; the log has more.");
        }
    }

    private <T> Future<T> submit(Callable<T> work) {
        try {
            return pool.submit(work);
        } catch (RejectedExecutionException e) {
            throw TemplateFault.passing(
                    pool.isShutdown()
                            ? "The renderer stops; try again."
                            : "Too many templates wait to be rendered; try again.");
        }
    }

    @Override
    public void close() {
        pool.shutdownNow();
        try {
            pool.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
