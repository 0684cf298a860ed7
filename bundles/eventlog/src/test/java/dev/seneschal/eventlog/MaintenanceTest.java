package dev.seneschal.eventlog;

import static dev.seneschal.eventlog.Nodes.append;
import static dev.seneschal.eventlog.Nodes.events;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.eventlog.partition.Partitions;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.search.MeterNotFoundException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class MaintenanceTest {

    private Nodes nodes;
    private Partitions partitions;

    @BeforeEach
    void start() {
        nodes = new Nodes();
        partitions = new Partitions(nodes.storage(), 20);
    }

    @AfterEach
    void stop() {
        nodes.close();
    }

    private List<String> partitionNames() {
        return nodes.storage().system().read(handle -> handle.createQuery(
                        "SELECT inhrelid::regclass::text FROM pg_inherits"
                                + " WHERE inhparent = 'realtime_events'::regclass ORDER BY 1")
                .mapTo(String.class)
                .list());
    }

    @Test
    void partitionsAreMadeAheadAndOnlyOnce() {
        int before = partitionNames().size();
        assertThat(partitions.ensureAhead()).isPositive();
        assertThat(partitionNames()).hasSize(22).hasSizeGreaterThan(before);
        assertThat(partitions.ensureAhead()).isZero();
    }

    @Test
    void emptyPartitionsOfThePastAreDroppedAndThoseWithEventsStay() {
        var past = Instant.now().minus(10, ChronoUnit.DAYS);
        partitions.ensureFor(past);
        partitions.ensureFor(past.minus(1, ChronoUnit.DAYS));
        nodes.storage()
                .system()
                .run(
                        handle -> handle.execute(
                                """
                INSERT INTO realtime_events (id, tenant_id, channel_id, channel, "offset", event_type, created_at, source,
                       event_id)
                VALUES (gen_random_uuid(), 'default', 1, 'c', 1, 't', now() - interval '10 days', '/s', '1')"""));
        int before = partitionNames().size();
        assertThat(partitions.dropEmpty()).isEqualTo(1);
        assertThat(partitionNames()).hasSize(before - 1);
    }

    @Test
    void aTenantsScopeCannotDropPartitions() {
        assertThatThrownBy(() -> nodes.storage()
                        .tenant(Nodes.TENANT)
                        .run(handle -> handle.execute("SELECT event_partitions_drop_empty('2020-01-01')")))
                .hasMessageContaining("Only the system scope");
    }

    @Test
    void aPartitionNamedDirectlyShowsNoRowOfAnotherTenant() throws Exception {
        append(nodes.start(), events("p:1", 3));
        nodes.storage()
                .system()
                .run(handle -> handle.execute("INSERT INTO tenants (id, title) VALUES ('acme', 'Acme')"));
        long seen = 0;
        for (var partition : partitionNames()) {
            seen += nodes.storage()
                    .tenant(new TenantId("acme"))
                    .<Long, RuntimeException>read(handle -> handle.createQuery("SELECT count(*) FROM " + partition)
                            .mapTo(Long.class)
                            .one());
        }
        assertThat(seen).isZero();
    }

    @Test
    void oldKeysAreForgottenAndNewOnesKept() throws Exception {
        append(nodes.start(), events("k:1", 3));
        nodes.storage()
                .system()
                .run(handle -> handle.execute(
                        "UPDATE event_keys SET created_at = now() - interval '40 days' WHERE \"offset\" <= 2"));
        try (var maintenance =
                new Maintenance(nodes.storage(), partitions, Duration.ofDays(30), Duration.ofSeconds(1), lags -> {})) {
            maintenance.keepHouse();
        }
        long kept = nodes.storage().system().<Long, RuntimeException>read(handle -> handle.createQuery(
                        "SELECT count(*) FROM event_keys")
                .mapTo(Long.class)
                .one());
        assertThat(kept).isEqualTo(1);
    }

    @Test
    void theMetersShowTheLagOfEachConsumerAndGoWithTheLog() throws Exception {
        var registry = new SimpleMeterRegistry();
        var log = nodes.start();
        log.bindTo(registry);
        var consumer = new RecordingConsumer();
        log.add(consumer, RecordingConsumer.properties("measured", "latest"));
        append(log, events("m:1", 2));
        await().until(() -> consumer.offsets("m:1").size() == 2);
        log.remove(consumer);
        append(log, events("m:1", 5));
        await().ignoreExceptionsInstanceOf(MeterNotFoundException.class)
                .untilAsserted(() -> assertThat(registry.get("seneschal.eventlog.consumer.lag")
                                .tag("consumer", "measured")
                                .gauge()
                                .value())
                        .isEqualTo(5));
        assertThat(registry.get("seneschal.eventlog.events").functionCounter().count())
                .isEqualTo(7);
        log.close();
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void eventsRemovedBeforeAConsumerHasSeenThemAreCounted() throws Exception {
        var registry = new SimpleMeterRegistry();
        var log = nodes.start();
        log.bindTo(registry);
        append(log, events("m:old", 5));
        var away = new RecordingConsumer();
        log.add(away, RecordingConsumer.properties("away", "latest"));
        append(log, events("m:1", 2));
        await().until(() -> away.offsets("m:1").size() == 2);
        log.remove(away);
        append(log, events("m:1", 6));
        append(log, events("m:new", 3));
        delete("channel = 'm:old' OR channel = 'm:1' AND \"offset\" IN (3, 4, 6) OR channel = 'm:new'");

        var back = new RecordingConsumer();
        var late = new RecordingConsumer();
        log.add(back, RecordingConsumer.properties("away", "latest"));
        log.add(late, RecordingConsumer.properties("late", "earliest"));
        await().untilAsserted(() -> assertThat(log.consumers())
                .allSatisfy(state -> assertThat(state.lag()).isZero()));
        assertThat(back.offsets("m:1")).containsExactly(5L, 7L, 8L);
        await().untilAsserted(() -> assertThat(registry.get("seneschal.eventlog.consumer.missed")
                        .functionCounter()
                        .count())
                .isEqualTo(6));
    }

    private void delete(String condition) {
        nodes.storage().system().run(handle -> handle.execute("DELETE FROM realtime_events WHERE " + condition));
    }

    @Test
    void manyCallersShareACommit() throws Exception {
        var registry = new SimpleMeterRegistry();
        var log = nodes.start();
        log.bindTo(registry);
        var calls = new ArrayList<CompletableFuture<?>>();
        try (var connection = nodes.database().superuser();
                var statement = connection.createStatement()) {
            append(log, events("g:1", 1));
            // While one group waits for its channel, the next one gathers.
            connection.setAutoCommit(false);
            statement.execute("SELECT FROM event_channels WHERE channel = 'g:1' FOR UPDATE");
            var callers = Executors.newFixedThreadPool(16);
            Callable<CompletableFuture<?>> append =
                    () -> log.append(Nodes.TENANT, events("g:1", 2)).toCompletableFuture();
            for (var call : callers.invokeAll(Collections.nCopies(100, append))) {
                calls.add(call.get());
            }
            callers.shutdown();
            connection.rollback();
        }
        CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new)).get();
        assertThat(count(registry, "requests")).isEqualTo(101);
        assertThat(count(registry, "events")).isEqualTo(201);
        assertThat(count(registry, "groups")).isLessThanOrEqualTo(3);
    }

    private static double count(MeterRegistry registry, String name) {
        return registry.get("seneschal.eventlog." + name).functionCounter().count();
    }

    @Test
    void settingsOutOfRangeAreNamed() {
        assertThatThrownBy(() -> EventLogConfig.Reader.settings(Configs.with(Map.of("groupEvents", 0))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("dev.seneschal.eventlog: groupEvents is 0; it must be 1 to 10000.");
        assertThat(EventLogConfig.Reader.settings(Configs.with(Map.of())).keyRetention())
                .isEqualTo(Duration.ofDays(30));
    }
}
