package dev.seneschal.realtime.connection;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import dev.seneschal.api.realtime.Channels;
import dev.seneschal.realtime.connection.Connection.Opening;
import dev.seneschal.realtime.thread.Lane;
import dev.seneschal.realtime.thread.Threads;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The open connections of this node, and the threads that serve them. Safe for use by any thread. */
public final class Connections implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

    private static final long TICK_MILLIS = 250;
    private static final int WORKERS = 8;

    /** Messages of one client that may wait to be handled; a WebSocket never has more than one. */
    private static final int WAITING_MESSAGES = 64;

    private final ConnectionSettings settings;
    private final Clock clock;
    private final TimeBasedEpochGenerator ids = Generators.timeBasedEpochGenerator();
    private final ConcurrentHashMap<UUID, Connection> open = new ConcurrentHashMap<>();
    private final Map<Integer, LongAdder> disconnects = new ConcurrentHashMap<>();
    private final ExecutorService workers = Executors.newFixedThreadPool(WORKERS, Threads.named("realtime-worker"));
    private final ExecutorService writers = Executors.newFixedThreadPool(
            Math.max(2, Runtime.getRuntime().availableProcessors()), Threads.named("realtime-writer"));
    private final ScheduledThreadPoolExecutor ticker =
            new ScheduledThreadPoolExecutor(1, Threads.named("realtime-ticker"));

    /** Prepares; {@link #start} begins to serve. */
    public Connections(ConnectionSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        ticker.setRemoveOnCancelPolicy(true);
    }

    /** Begins to look after the connections. */
    public void start() {
        var unused = ticker.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Returns the bounds. */
    public ConnectionSettings settings() {
        return settings;
    }

    /**
     * Takes a connection in. If there are too many already it is closed with {@link Disconnect#CONNECTION_LIMIT}.
     *
     * @param protocol makes the protocol's side of it
     */
    public Connection open(Opening opening, Function<Connection, Peer> protocol) {
        var connection = new Connection(
                opening,
                clock.instant(),
                ids.generate(),
                new Outbox(opening.wire(), writers, settings.queueBytes(), settings.recoveryBytes()),
                new Lane(workers, WAITING_MESSAGES),
                protocol,
                this::ended);
        open.put(connection.client(), connection);
        if (open.size() > settings.maxConnections()) {
            connection.disconnect(Disconnect.CONNECTION_LIMIT);
        }
        return connection;
    }

    /** Runs a task that may wait for the database, on a thread for that. */
    public void work(Runnable task) {
        workers.execute(task);
    }

    /** Runs a task after that time. It has to return fast. */
    public Future<?> after(Duration delay, Runnable task) {
        return ticker.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void ended(Connection connection, Disconnect reason) {
        open.remove(connection.client());
        int code = reason == null ? 3000 : reason.code();
        disconnects.computeIfAbsent(code, c -> new LongAdder()).increment();
    }

    private void tick() {
        long now = System.nanoTime();
        for (var connection : open.values()) {
            try {
                connection.tick(now);
            } catch (RuntimeException e) {
                LOG.warn("A connection's tick failed. client={}", connection.client(), e);
            }
        }
    }

    /** Returns the identified connections, oldest first. */
    public List<Channels.Connection> list() {
        return open.values().stream()
                .map(Connection::describe)
                .filter(Objects::nonNull)
                .sorted(Comparator.comparing(Channels.Connection::since).thenComparing(Channels.Connection::client))
                .toList();
    }

    /** Returns how many connections are open. */
    public int count() {
        return open.size();
    }

    /** Returns how many bytes wait to be written to all of them. */
    public long waitingBytes() {
        return open.values().stream().mapToLong(c -> c.outbox().waitingBytes()).sum();
    }

    /** Returns how many subscriptions they have. */
    public int subscriptions() {
        return list().stream().mapToInt(Channels.Connection::channels).sum();
    }

    /** Returns how many connections have ended, by code. */
    public Map<Integer, Long> disconnects() {
        var counts = new TreeMap<Integer, Long>();
        disconnects.forEach((code, count) -> counts.put(code, count.sum()));
        return counts;
    }

    /** Ends all connections of these transports and waits, within bounds, until they are closed. */
    public void drain(Set<String> transports) {
        var leaving = open.values().stream()
                .filter(connection -> transports.contains(connection.transport()))
                .toList();
        if (leaving.isEmpty()) {
            return;
        }
        LOG.info("Asking clients to reconnect. transports={} connections={}", transports, leaving.size());
        leaving.forEach(connection -> connection.disconnect(Disconnect.SHUTDOWN));
        long deadline = System.nanoTime() + settings.drainTimeout().toNanos();
        try {
            while (!leaving.stream().allMatch(Connection::isClosed) && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        leaving.stream().filter(connection -> !connection.isClosed()).forEach(Connection::abort);
    }

    @Override
    public void close() {
        drain(Set.copyOf(open.values().stream().map(Connection::transport).toList()));
        ticker.shutdownNow();
        Threads.stop(workers);
        Threads.stop(writers);
        open.values().forEach(Connection::transportClosed);
    }
}
