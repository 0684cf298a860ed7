package dev.seneschal.eventlog;

import dev.seneschal.api.event.CloudEvent;
import dev.seneschal.api.event.EventConsumer;
import dev.seneschal.api.event.Position;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.eventlog.append.AppendLimits;
import dev.seneschal.eventlog.consumer.ConsumerSettings;
import dev.seneschal.testkit.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** A database and the nodes of a cluster on it, for one test class. */
public final class Nodes implements AutoCloseable {

    static final TenantId TENANT = TenantId.DEFAULT;

    /** Short pauses, so that failures are seen through in a moment. */
    static final EventLogSettings SETTINGS = new EventLogSettings(
            new AppendLimits(500, 20_000, 16 << 20, 1 << 20),
            new ConsumerSettings(100, 3, Duration.ofMillis(20), Duration.ofMillis(100)),
            Duration.ofMillis(300),
            2,
            Duration.ofDays(30));

    private static final AtomicLong IDS = new AtomicLong();

    private final TestDatabase database = TestDatabase.with("access", "eventlog");
    private final List<PostgresEventLog> nodes = new ArrayList<>();

    public PostgresEventLog start() {
        return start(database.storage());
    }

    PostgresEventLog start(Storage storage) {
        return start(storage, SETTINGS);
    }

    PostgresEventLog start(Storage storage, EventLogSettings settings) {
        var node = new PostgresEventLog(storage, settings);
        nodes.add(node);
        node.start();
        return node;
    }

    /** Registers a consumer with the node, as its bundle would. */
    public static void consume(PostgresEventLog node, String name, EventConsumer consumer) {
        node.add(consumer, RecordingConsumer.properties(name, "latest"));
    }

    /** Takes the consumer away from the node again. */
    public static void leave(PostgresEventLog node, EventConsumer consumer) {
        node.remove(consumer);
    }

    TestDatabase database() {
        return database;
    }

    public Storage storage() {
        return database.storage();
    }

    /** Returns an event nobody has seen before. */
    static CloudEvent event(String channel) {
        return event(channel, "id-" + IDS.incrementAndGet());
    }

    public static CloudEvent event(String channel, String id) {
        return new CloudEvent(
                id,
                "/test",
                "test.happened",
                null,
                Instant.parse("2026-01-02T03:04:05.123456Z"),
                null,
                null,
                "{\"n\": 1}",
                false,
                Map.of(CloudEvent.CHANNEL, channel));
    }

    public static List<CloudEvent> events(String channel, int count) {
        return IntStream.range(0, count).mapToObj(i -> event(channel)).toList();
    }

    /** Appends and waits for the commit. */
    public static List<Position> append(PostgresEventLog node, List<CloudEvent> events) throws Exception {
        return node.append(TENANT, events).toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        nodes.forEach(PostgresEventLog::close);
        database.close();
    }
}
