package dev.seneschal.jobs.work;

import dev.seneschal.api.storage.StorageUnavailableException;
import dev.seneschal.jobs.work.Completions.Completion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes endings in groups: while one transaction commits, the next group gathers. Keeps them while the database is away.
 * {@link #add} may be called from any thread.
 */
final class Completer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Completer.class);
    private static final int GROUP = 1_000;
    private static final Duration IDLE = Duration.ofSeconds(10);

    /** After how long a job is tried again that could not end. */
    private static final Duration UNTOLD = Duration.ofSeconds(10);

    private static final Duration RETRY = Duration.ofMillis(200);

    private final Completions completions;
    private final Held held;
    private final Figures figures;
    private final Runnable written;
    private final ConcurrentLinkedQueue<Completion> waiting = new ConcurrentLinkedQueue<>();
    private final Loop loop;

    /** @param written called after something was written that others may now take up */
    Completer(Completions completions, Held held, Figures figures, Runnable written) {
        this.completions = completions;
        this.held = held;
        this.figures = figures;
        this.written = written;
        this.loop = new Loop("complete", RETRY, this::round);
    }

    void start() {
        loop.start();
    }

    void add(Execution execution, Ending ending) {
        waiting.add(new Completion(execution, ending));
        loop.wake();
    }

    Loop loop() {
        return loop;
    }

    private Duration round() {
        var group = new ArrayList<Completion>();
        for (var next = waiting.peek(); next != null && group.size() < GROUP; next = waiting.peek()) {
            group.add(waiting.poll());
        }
        if (group.isEmpty()) {
            return IDLE;
        }
        try {
            write(group);
        } catch (StorageUnavailableException e) {
            waiting.addAll(group);
            throw e;
        } catch (UntoldException e) {
            writeSingly(group);
        } catch (RuntimeException e) {
            LOG.warn("A group of endings cannot be written and is written one by one: size={}", group.size(), e);
            writeSingly(group);
        }
        return Duration.ZERO;
    }

    private void write(List<Completion> group) {
        var kept = completions.write(group);
        for (var one : group) {
            held.remove(one.execution());
            if (kept.contains(one.execution().job().id())) {
                figures.ended(one.ending());
            } else {
                figures.lost();
                LOG.warn(
                        "The lease was lost before the job ended, so its ending does not count: job={} type={}",
                        one.execution().job().id(),
                        one.execution().job().type());
            }
        }
        if (group.stream().anyMatch(one -> !(one.ending() instanceof Ending.Over))) {
            written.run();
        }
    }

    /** One ending that cannot be written must not take others along; its lease expires and the job is tried again. */
    private void writeSingly(List<Completion> group) {
        for (var one : group) {
            try {
                write(List.of(one));
            } catch (StorageUnavailableException e) {
                waiting.add(one);
            } catch (UntoldException e) {
                LOG.warn(
                        "A job that failed does not end, and is tried again: job={} type={} reason={}",
                        one.execution().job().id(),
                        one.execution().job().type(),
                        e.getMessage(),
                        e.getCause());
                waiting.add(new Completion(one.execution(), unended(one, e)));
            } catch (RuntimeException e) {
                held.remove(one.execution());
                LOG.warn(
                        "An ending cannot be written; the lease is left to expire: job={}",
                        one.execution().job().id(),
                        e);
            }
        }
    }

    private static Ending unended(Completion one, UntoldException cause) {
        var pause = one.execution().lane().handler().isEmpty() ? Duration.ZERO : UNTOLD;
        return new Ending.Again(pause, ((Ending.Over) one.ending()).detail() + " (" + cause.getMessage() + ")");
    }

    /** Writes what is left, for a while at most, and stops. */
    void close(Duration patience) {
        var deadline = System.nanoTime() + patience.toNanos();
        while (!waiting.isEmpty() && System.nanoTime() - deadline < 0) {
            loop.wake();
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
        close();
        if (!waiting.isEmpty()) {
            LOG.warn("Endings could not be written; the leases are left to expire: count={}", waiting.size());
        }
    }

    @Override
    public void close() {
        loop.close();
    }
}
