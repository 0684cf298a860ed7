package dev.seneschal.retention.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.audit.journal.PostgresJournal;
import dev.seneschal.retention.plan.Planner;
import dev.seneschal.retention.policy.Policies;
import dev.seneschal.retention.policy.Policy;
import dev.seneschal.retention.segment.ArchiveDirectory;
import dev.seneschal.testkit.TestDatabase;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The product eats its own food: the starter policy on the log's own table. */
final class EventLogTest {

    private static final Instant NOW = Instant.parse("2026-06-15T12:00:00Z");

    @TempDir
    Path directory;

    @Test
    void theStarterPolicyArchivesOldEventsOnceSomebodyActivatesIt() throws Exception {
        try (var database = TestDatabase.with("access", "eventlog", "audit", "retention")) {
            var journal = new PostgresJournal(database.storage(), Clock.systemUTC());
            var policies = new Policies(database.storage(), journal);
            publish(database);
            var starter = policies.list(TenantId.DEFAULT).get(0);
            var policy = policies.update(
                            TenantId.DEFAULT, starter.id(), starter.version(), active(starter.rule()), "user:test")
                    .policy();
            var id = UUID.randomUUID();
            database.storage().tenant(TenantId.DEFAULT).run(handle -> {
                var plan = Planner.plan(handle, policy, policy.cutoff(NOW), null);
                assertThat(plan.dueRows()).isEqualTo(30);
                new RunTable(handle).insert(id, plan, "user:test", UUID.randomUUID());
            });
            new RunEngine(
                            database.storage(),
                            journal,
                            new ArchiveDirectory(directory),
                            new RunEngine.Settings(10, 4, Duration.ofMinutes(1)),
                            Clock.systemUTC(),
                            step -> {})
                    .execute(TenantId.DEFAULT, id);
            var done = database.storage()
                    .tenant(TenantId.DEFAULT)
                    .read(handle -> new RunTable(handle).find(id))
                    .orElseThrow();
            assertThat(done.state()).as(done.detail()).isEqualTo(State.DONE);
            assertThat(done.deleted()).isEqualTo(30);
        }
    }

    @Test
    void eventsThatAConsumerHasNotReadAreNotDue() throws Exception {
        try (var database = TestDatabase.with("access", "eventlog", "audit", "retention")) {
            publish(database);
            database.storage()
                    .system()
                    .run(
                            handle -> handle.execute(
                                    """
                                    INSERT INTO event_channels (tenant_id, channel, epoch, "offset")
                                    VALUES ('default', 'log', 'e', 60);
                                    INSERT INTO event_consumers (name, start)
                                    VALUES ('behind', 'earliest'), ('ahead', 'earliest');
                                    INSERT INTO event_cursors (consumer, channel_id, tenant_id, "offset")
                                    SELECT 'ahead', id, tenant_id, 60 FROM event_channels UNION ALL
                                    SELECT 'behind', id, tenant_id, 10 FROM event_channels"""));
            var policy = new Policies(database.storage(), new PostgresJournal(database.storage(), Clock.systemUTC()))
                    .list(TenantId.DEFAULT)
                    .get(0);
            var plan = database.storage()
                    .tenant(TenantId.DEFAULT)
                    .read(handle -> Planner.plan(handle, policy, policy.cutoff(NOW), null));
            assertThat(plan.dueRows()).as("read by both").isEqualTo(10);
            assertThat(plan.neededRows()).isEqualTo(20);
        }
    }

    private static Policy.Rule active(Policy.Rule rule) {
        return new Policy.Rule(
                rule.tableName(),
                rule.timeColumn(),
                rule.timeZone(),
                rule.retentionPeriodDays(),
                rule.archiveAfterDays(),
                rule.deleteAfterDays(),
                rule.complianceFlags(),
                true);
    }

    private static void publish(TestDatabase database) {
        database.storage().system().run(handle -> {
            handle.execute("SELECT event_partitions_ensure('2026-04-01', '2026-06-15')");
            handle.execute(
                    """
                    INSERT INTO realtime_events (id, tenant_id, channel_id, channel, "offset", event_type, event_data,
                                                 created_at, source, event_id)
                    SELECT gen_random_uuid(), 'default', 1, 'log', 61 - i, 'test', '{"a": [1, 2.50]}',
                           CAST(? AS timestamptz) - i * interval '1 day', 'test', i::text
                      FROM generate_series(1, 60) i""",
                    NOW.toString());
        });
    }
}
