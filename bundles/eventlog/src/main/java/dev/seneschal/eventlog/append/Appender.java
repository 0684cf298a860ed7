package dev.seneschal.eventlog.append;

import dev.seneschal.api.event.CloudEvent;
import dev.seneschal.api.event.InvalidEventException;
import dev.seneschal.api.event.LogBusyException;
import dev.seneschal.api.event.Position;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.api.storage.StorageUnavailableException;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.eventlog.channel.Channel;
import dev.seneschal.eventlog.channel.ChannelDirectory;
import dev.seneschal.eventlog.channel.ChannelName;
import dev.seneschal.eventlog.channel.Signals;
import dev.seneschal.eventlog.channel.Worker;
import dev.seneschal.eventlog.partition.Partitions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes events from many callers and commits them together: while one group is on its way to the disk, the next one
 * gathers. A tenant's requests go in by the order of their arrival, and tenants take turns. Safe for use by any thread.
 *
 * <p>Answers are given on threads of their own, so that what a caller does with one never holds up the log.
 */
public final class Appender implements AutoCloseable {

    /** The most events of one request. */
    public static final int MAX_REQUEST = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(Appender.class);

    /** How often a group is prepared before it fails for having lost against other transactions. */
    private static final int ATTEMPTS = 5;

    private final Intake intake;
    private final WaitingRoom waiting;
    private final ChannelDirectory directory;
    private final GroupWriter groups;
    private final Runnable beforeGroup;
    private final AppendMeters meters;
    private final ExecutorService answers;
    private final Worker worker;
    private boolean away;

    /**
     * Prepares the appender; {@link #start} starts its thread.
     *
     * @param beforeGroup runs before each group; what it throws fails the group
     * @param committed takes the new last offset of each channel after a commit, before any caller hears of it
     */
    public Appender(
            Storage storage,
            ChannelDirectory directory,
            Partitions partitions,
            Signals signals,
            AppendLimits limits,
            AppendMeters meters,
            Runnable beforeGroup,
            Consumer<Map<Long, Long>> committed) {
        this.intake = new Intake(new EventRules(limits.eventBytes()));
        this.waiting = new WaitingRoom(limits);
        this.directory = directory;
        this.groups = new GroupWriter(storage, partitions, signals, committed);
        this.beforeGroup = beforeGroup;
        this.meters = meters;
        this.answers = Executors.newCachedThreadPool(task -> {
            var thread = new Thread(task, "eventlog-answer");
            thread.setDaemon(true);
            thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
            return thread;
        });
        this.worker = new Worker("eventlog-append", this::round);
        meters.watch(waiting);
    }

    /** Starts the thread. */
    public void start() {
        worker.start();
    }

    /** Returns the thread. */
    public Worker worker() {
        return worker;
    }

    /** Appends the events; see {@link dev.seneschal.api.event.EventLog#append}. */
    public CompletableFuture<List<Position>> append(TenantId tenant, List<CloudEvent> events) {
        if (events.isEmpty() || events.size() > MAX_REQUEST) {
            throw new IllegalArgumentException(
                    "A request has 1 to " + MAX_REQUEST + " events, not " + events.size() + ".");
        }
        try {
            var request = intake.accept(tenant, events);
            waiting.enter(request);
            return request.result();
        } catch (InvalidEventException | LogBusyException | StorageUnavailableException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Returns how many events wait or are being written. */
    public long waiting() {
        return waiting.events();
    }

    private void round() throws InterruptedException {
        var group = waiting.nextGroup();
        try {
            if (!group.isEmpty()) {
                write(prepared(group));
                noteBack();
            }
        } catch (StorageUnavailableException e) {
            noteAway(e);
            // Whoever waits behind this group would only wait longer to hear the same.
            var behind = waiting.everyone();
            group.addAll(behind);
            fail(behind, e);
        } finally {
            waiting.leave(group);
        }
    }

    private void noteAway(StorageUnavailableException failure) {
        if (!away) {
            away = true;
            LOG.warn("Events are refused: {} cause={}", failure.getMessage(), String.valueOf(failure.getCause()));
        }
    }

    private void noteBack() {
        if (away) {
            away = false;
            LOG.info("Events are taken again");
        }
    }

    /** @throws StorageUnavailableException if nothing can be written at present; the group has been answered */
    private Admitted prepared(List<Request> group) {
        for (int attempt = 1; ; attempt++) {
            try {
                beforeGroup.run();
                return admitted(group);
            } catch (Throwable e) {
                if (attempt == ATTEMPTS || Fault.of(e) != Fault.LOST) {
                    refuse(group, e);
                    return new Admitted(List.of(), Map.of());
                }
            }
        }
    }

    /** Creates the channels of the group that are new, and turns away requests of tenants that do not exist. */
    private Admitted admitted(List<Request> group) {
        var names = group.stream()
                .flatMap(request -> request.entries().stream())
                .map(Entry::channel)
                .collect(Collectors.toSet());
        var channels = directory.ensure(names);
        var requests = new ArrayList<Request>(group.size());
        for (var request : group) {
            if (channels.containsKey(request.entries().get(0).channel())) {
                requests.add(request);
            } else {
                fail(List.of(request), new IllegalArgumentException("There is no tenant '" + request.tenant() + "'."));
            }
        }
        return new Admitted(requests, channels);
    }

    private record Admitted(List<Request> requests, Map<ChannelName, Channel> channels) {}

    /**
     * Writes what can be written of the group, and answers all of it.
     *
     * @throws StorageUnavailableException if nothing can be written at present
     */
    private void write(Admitted group) {
        if (group.requests().isEmpty()) {
            return;
        }
        try {
            var positions = meters.time(() -> groups.write(group.requests(), group.channels()));
            meters.wrote(group.requests().size(), positions);
            answers.execute(() -> answer(group.requests(), positions));
        } catch (ChannelsHeldException e) {
            writeOthers(group, e);
        } catch (Throwable e) {
            if (group.requests().size() > 1 && Fault.of(e) == Fault.REFUSED) {
                writeOneByOne(group);
            } else {
                refuse(group.requests(), e);
            }
        }
    }

    /** Those who need a channel that another transaction holds hear so; the others do not wait for it. */
    private void writeOthers(Admitted group, ChannelsHeldException failure) {
        var others = new ArrayList<Request>();
        var stuck = new ArrayList<Request>();
        for (var request : group.requests()) {
            boolean free =
                    Collections.disjoint(GroupWriter.involved(List.of(request), group.channels()), failure.channels());
            (free ? others : stuck).add(request);
        }
        fail(
                stuck,
                new StorageUnavailableException(
                        "Another node holds a channel of the log for too long; try again shortly.", failure));
        write(new Admitted(others, group.channels()));
    }

    /** One of them is at fault: the others must not suffer for it. */
    private void writeOneByOne(Admitted group) {
        var requests = group.requests();
        for (int i = 0; i < requests.size(); i++) {
            try {
                write(new Admitted(requests.subList(i, i + 1), group.channels()));
            } catch (StorageUnavailableException e) {
                fail(requests.subList(i + 1, requests.size()), e);
                throw e;
            }
        }
    }

    private void refuse(List<Request> requests, Throwable failure) {
        if (Fault.state(failure).isEmpty() && !(failure instanceof StorageUnavailableException)) {
            LOG.error("An append failed", failure);
        }
        var told = Fault.forCallers(failure);
        fail(requests, told);
        if (Fault.of(failure) == Fault.SYSTEMIC && told instanceof StorageUnavailableException unavailable) {
            throw unavailable;
        }
    }

    private static void answer(List<Request> requests, List<List<Position>> positions) {
        for (int i = 0; i < requests.size(); i++) {
            requests.get(i).result().complete(positions.get(i));
        }
    }

    private void fail(List<Request> requests, Throwable failure) {
        if (requests.isEmpty()) {
            return;
        }
        var results = new ArrayList<CompletableFuture<List<Position>>>();
        requests.forEach(request -> results.add(request.result()));
        answers.execute(() -> results.forEach(result -> result.completeExceptionally(failure)));
    }

    /** Turns new requests away, finishes the group that is being written, and fails those that still wait. */
    @Override
    public void close() {
        waiting.close();
        worker.close();
        fail(waiting.everyone(), new LogBusyException("The event log stops; try again shortly."));
        answers.shutdown();
        try {
            if (!answers.awaitTermination(5, TimeUnit.SECONDS)) {
                LOG.warn("A caller's code has held on to an answer of the event log for 5 s; it is left behind");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
