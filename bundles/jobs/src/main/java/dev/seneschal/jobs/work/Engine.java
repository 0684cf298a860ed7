package dev.seneschal.jobs.work;

import dev.seneschal.api.job.Job;
import dev.seneschal.api.job.JobHandler;
import dev.seneschal.api.job.JobSummary;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.jobs.queue.JobTable;
import dev.seneschal.jobs.work.Lane.Registered;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/**
 * Does the due work of the types it has handlers for: claims, runs, completes, renews. Several of these on one database share
 * the work. Safe for use by any thread.
 */
public final class Engine implements AutoCloseable {

    private static final Duration LAST_WRITES = Duration.ofSeconds(3);

    private final Settings settings;
    private final Figures figures = new Figures();
    private final Held held = new Held();
    private final Map<String, Lane> lanes = new ConcurrentHashMap<>();
    private final Leases leases;
    private final Loop dispatch;
    private final Completer completer;
    private final Workers workers;
    private final Heartbeat heartbeat;
    private final Storage storage;
    private Storage.Listening listening;

    /** Prepares; {@link #start} starts it. */
    public Engine(Storage storage, Settings settings, UUID node) {
        this.storage = storage;
        this.settings = settings;
        this.leases = new Leases(storage, node, settings.lease());
        this.dispatch = new Loop("dispatch", Duration.ofMillis(500), this::dispatch);
        this.completer = new Completer(new Completions(storage), held, figures, dispatch::wake);
        this.workers = new Workers(settings.workers(), settings.backoff(), completer, held, figures, dispatch::wake);
        this.heartbeat = new Heartbeat(
                leases, new GiveUps(storage, lanes::get), held, figures, this::types, dispatch::wake, settings.lease());
    }

    /** Starts everything, once; returns before the database was reached. */
    public void start() {
        listening = storage.listen(JobTable.CHANNEL, payload -> dispatch.wake());
        workers.start();
        completer.start();
        heartbeat.start();
        dispatch.start();
    }

    /**
     * Begins to do work of the type. Of several handlers of a type the one of the highest rank does it.
     *
     * @param rank as service properties compare
     */
    public void add(String type, JobHandler handler, Comparable<Object> rank) {
        lanes.computeIfAbsent(type, name -> new Lane(name, settings.workersPerType(), settings.batchSize()))
                .add(new Registered(handler, rank));
        heartbeat.loop().wake();
        dispatch.wake();
    }

    /** Ends doing work with the handler: waits for what runs, interrupts it, gives back what has not begun. */
    public void remove(String type, JobHandler handler) {
        var lane = lanes.get(type);
        if (lane == null) {
            return;
        }
        lane.remove(handler);
        heartbeat.loop().wake();
        if (lane.handler().isEmpty()) {
            workers.giveBack(one -> one.lane() == lane);
        }
        workers.drain(one -> one.runsOn(handler), settings.drain());
    }

    /**
     * Tells the handler of the job's type that the job ends undone, in the transaction that ends it. Returns false if this
     * node has none. What the handler throws comes wrapped; the transaction must not commit then.
     */
    public boolean tell(Handle transaction, Job job, JobSummary.State state, String reason) {
        var lane = lanes.get(job.type());
        return lane != null && lane.tell(transaction, job, state, reason);
    }

    private Set<String> types() {
        return lanes.values().stream()
                .filter(lane -> lane.handler().isPresent())
                .map(Lane::type)
                .collect(Collectors.toUnmodifiableSet());
    }

    private Duration dispatch() {
        var rooms = new LinkedHashMap<String, Integer>();
        lanes.values().forEach(lane -> {
            var room = lane.room();
            if (room > 0) {
                rooms.put(lane.type(), room);
            }
        });
        var trusted = System.nanoTime() + settings.lease().toNanos();
        var round = leases.claim(rooms, settings.batchSize());
        var executions = round.leased().stream()
                .map(leased -> new Execution(leased, lanes.get(leased.job().type()), trusted))
                .toList();
        executions.forEach(one -> {
            held.add(one);
            one.lane().arrived(1);
        });
        workers.add(executions);
        if (executions.size() == settings.batchSize()) {
            return Duration.ZERO;
        }
        var poll = settings.poll().toMillis();
        return Duration.ofMillis(
                round.nextDueMillis() == null ? poll : Math.max(1, Math.min(poll, round.nextDueMillis())));
    }

    /** Returns what was counted. */
    public Figures figures() {
        return figures;
    }

    /** Returns how many jobs run here now. */
    public int running() {
        return workers.running();
    }

    /** Returns how many jobs are here and have not begun. */
    public int buffered() {
        return workers.buffered();
    }

    /** Says what keeps the engine from working; empty if nothing does. */
    public Optional<String> trouble() {
        return Stream.of(dispatch, completer.loop(), heartbeat.loop())
                .flatMap(loop -> loop.trouble().stream())
                .findFirst();
    }

    /** Stops: claims first, then running work, then what is to be written, and heartbeats last. */
    @Override
    public void close() {
        listening.close();
        dispatch.close();
        workers.close(settings.drain());
        completer.close(LAST_WRITES);
        heartbeat.close();
    }
}
