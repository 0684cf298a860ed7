package dev.seneschal.jobs.work;

import dev.seneschal.api.job.JobHandler;
import dev.seneschal.api.job.JobOutcome;
import dev.seneschal.api.storage.StorageUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that run handlers, the most urgent job first. {@link #add}, {@link #giveBack} and {@link #drain} may be called
 * from any thread.
 */
final class Workers {

    private static final Logger LOG = LoggerFactory.getLogger(Workers.class);

    /** How long interrupted work has to return before its lease is left to expire. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private static final int DETAIL_LENGTH = 2_000;

    private final Backoff backoff;
    private final Completer completer;
    private final Held held;
    private final Figures figures;
    private final Runnable room;
    private final PriorityBlockingQueue<Execution> buffer = new PriorityBlockingQueue<>();
    private final Set<Execution> running = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    /**
     * Starts the threads.
     *
     * @param room called when a lane has room again
     */
    Workers(int count, Backoff backoff, Completer completer, Held held, Figures figures, Runnable room) {
        this.backoff = backoff;
        this.completer = completer;
        this.held = held;
        this.figures = figures;
        this.room = room;
        for (int i = 1; i <= count; i++) {
            var thread = new Thread(this::work, "seneschal-jobs-worker-" + i);
            thread.setDaemon(true);
            thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
            threads.add(thread);
        }
    }

    void start() {
        threads.forEach(Thread::start);
    }

    void add(List<Execution> executions) {
        buffer.addAll(executions);
    }

    int running() {
        return running.size();
    }

    int buffered() {
        return buffer.size();
    }

    private void work() {
        while (!stopped) {
            Execution next;
            try {
                next = buffer.take();
            } catch (InterruptedException e) {
                // Only close() interrupts a thread that runs no handler, and then stopped says so.
                continue;
            }
            running.add(next);
            try {
                process(next);
            } finally {
                running.remove(next);
                if (next.lane().left()) {
                    room.run();
                }
                signalEnd();
            }
        }
    }

    private void process(Execution execution) {
        if (!execution.isTrusted()) {
            // It never ran: if nobody else took it meanwhile, this attempt does not count.
            completer.add(execution, new Ending.Back());
            return;
        }
        var handler = begin(execution);
        if (handler.isEmpty()) {
            completer.add(execution, new Ending.Back());
            return;
        }
        var begun = System.nanoTime();
        var ending = run(execution, handler.get());
        var nanos = System.nanoTime() - begun;
        execution.lane().took(nanos);
        figures.ran(nanos);
        if (execution.isAbandoned()) {
            LOG.warn(
                    "Abandoned work came back after all; its lease is left to expire: job={}",
                    execution.job().id());
            held.remove(execution);
        } else {
            completer.add(execution, ending);
        }
    }

    /**
     * Binds the execution to the lane's handler. Looks again afterwards: a handler that is being removed either sees this
     * execution and waits for it, or is not in the lane any more.
     */
    private Optional<JobHandler> begin(Execution execution) {
        var handler = stopped ? Optional.<JobHandler>empty() : execution.lane().handler();
        while (handler.isPresent()) {
            execution.begin(handler.get());
            var now = execution.lane().handler();
            if (now.isPresent() && now.get() == handler.get()) {
                return handler;
            }
            execution.end();
            handler = now;
        }
        return handler;
    }

    private Ending run(Execution execution, JobHandler handler) {
        Ending ending;
        try {
            ending = ending(execution, handler.handle(execution.job()));
        } catch (Throwable e) {
            // Also an Error: a handler whose bundle is being replaced may fail to link, and must not take the thread
            // along.
            LOG.debug("An attempt failed: job={}", execution.job().id(), e);
            ending = isOutage(e)
                    ? new Ending.Later(backoff.first(), detail(reason(e)))
                    : again(execution, reason(e), null);
        }
        var told = execution.end();
        if (Thread.interrupted()) {
            LOG.debug(
                    "A handler left its thread interrupted: job={}",
                    execution.job().id());
        }
        var done = ending instanceof Ending.Over over && over.result() == Ending.Result.DONE;
        return told && !done ? new Ending.Back() : ending;
    }

    private Ending ending(Execution execution, JobOutcome outcome) {
        if (outcome instanceof JobOutcome.Done) {
            return new Ending.Over(Ending.Result.DONE, "");
        }
        if (outcome instanceof JobOutcome.Failed failed) {
            return new Ending.Over(Ending.Result.FAILED, detail(failed.reason()));
        }
        if (outcome instanceof JobOutcome.NotNow later) {
            return new Ending.Later(atLeastNothing(later.after()), detail(later.reason()));
        }
        if (outcome instanceof JobOutcome.Retry retry) {
            return again(execution, retry.reason(), retry.after());
        }
        return again(execution, "the handler returned no outcome", null);
    }

    private Ending again(Execution execution, String reason, Duration after) {
        var attempt = execution.job().attempt();
        if (attempt >= execution.leased().maxAttempts()) {
            return new Ending.Over(Ending.Result.FAILED, detail("gave up after " + attempt + " attempts: " + reason));
        }
        var pause = after == null ? backoff.after(attempt, ThreadLocalRandom.current()) : after;
        return new Ending.Again(atLeastNothing(pause), detail(reason));
    }

    private static Duration atLeastNothing(Duration pause) {
        return pause.isNegative() ? Duration.ZERO : pause;
    }

    /** That the database is away is nothing the job did. */
    private static boolean isOutage(Throwable failure) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof StorageUnavailableException) {
                return true;
            }
        }
        return false;
    }

    private static String reason(Throwable failure) {
        var message = failure.getMessage();
        return failure.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    }

    /** PostgreSQL's text holds no U+0000, and an operator reads no novel. */
    private static String detail(String reason) {
        var text = String.valueOf(reason).replace('\0', ' ');
        return text.length() <= DETAIL_LENGTH ? text : text.substring(0, DETAIL_LENGTH) + "…";
    }

    /** Gives back what is here but has not begun. */
    void giveBack(Predicate<Execution> which) {
        for (var one : List.copyOf(buffer)) {
            if (which.test(one) && buffer.remove(one)) {
                one.lane().left();
                completer.add(one, new Ending.Back());
            }
        }
    }

    /** Waits for what runs; then interrupts it; then leaves its lease to expire. */
    void drain(Predicate<Execution> which, Duration patience) {
        if (awaitEnd(which, patience)) {
            return;
        }
        var late = running.stream().filter(which).toList();
        late.forEach(Execution::interrupt);
        if (awaitEnd(which, GRACE)) {
            return;
        }
        running.stream().filter(which).forEach(one -> {
            one.abandon();
            LOG.warn(
                    "Work does not end though it was interrupted; its lease is left to expire: job={} type={}",
                    one.job().id(),
                    one.job().type());
        });
    }

    private boolean awaitEnd(Predicate<Execution> which, Duration patience) {
        var left = patience.toNanos();
        lock.lock();
        try {
            while (running.stream().anyMatch(which)) {
                if (left <= 0) {
                    return false;
                }
                left = ended.awaitNanos(left);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void signalEnd() {
        lock.lock();
        try {
            ended.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Gives back what has not begun, drains what has, and ends the threads. */
    void close(Duration patience) {
        stopped = true;
        giveBack(one -> true);
        drain(one -> true, patience);
        threads.forEach(Thread::interrupt);
        try {
            for (var thread : threads) {
                thread.join(TimeUnit.SECONDS.toMillis(1));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
