package dev.seneschal.retention;

import dev.seneschal.api.job.JobQueue;
import dev.seneschal.api.storage.Scope;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.audit.journal.PostgresJournal;
import dev.seneschal.retention.hold.Holds;
import dev.seneschal.retention.plan.Preview;
import dev.seneschal.retention.plan.Previews;
import dev.seneschal.retention.policy.Policies;
import dev.seneschal.retention.policy.Policy;
import dev.seneschal.retention.run.Run;
import dev.seneschal.retention.run.Runs;
import dev.seneschal.testkit.TestDatabase;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;

/** A database with the tables the tests need, and the services on it, at a fixed moment. */
public final class Host implements AutoCloseable {

    public static final TenantId TENANT = TenantId.DEFAULT;
    public static final Instant NOW = Instant.parse("2026-06-15T12:00:00Z");

    public final TestDatabase database = TestDatabase.with("audit", "retention", "samples");
    public final PostgresJournal journal = new PostgresJournal(database.storage(), Clock.systemUTC());
    public final Policies policies = new Policies(database.storage(), journal);
    public final Previews previews = new Previews(database.storage(), Clock.fixed(NOW, ZoneOffset.UTC));
    public final Holds holds = new Holds(database.storage(), journal);
    public final Runs runs = new Runs(database.storage(), journal, queue(), previews);

    /** A queue that accepts everything; the tests carry the runs out themselves. */
    private static JobQueue queue() {
        return (JobQueue) Proxy.newProxyInstance(
                JobQueue.class.getClassLoader(), new Class<?>[] {JobQueue.class}, (proxy, method, arguments) -> {
                    return switch (method.getName()) {
                        case "add" -> UUID.randomUUID();
                        case "list" -> List.of();
                        default -> throw new UnsupportedOperationException(method.getName());
                    };
                });
    }

    /** Returns the tenant's scope. */
    public Scope scope() {
        return database.storage().tenant(TENANT);
    }

    /** Empties what the tests fill, so that each begins alike. */
    public void clean() throws Exception {
        superuser(
                "SET session_replication_role = replica",
                "TRUNCATE samples, samples_wanted, measures, everything, retention_policies, retention_holds, retention_hold_keys,"
                        + " retention_previews, retention_runs, retention_segments, data_archive_log,"
                        + " data_deletion_log, audit_pending CASCADE",
                "DELETE FROM audit_entries");
    }

    /** Does what only a superuser can. */
    public void superuser(String... statements) throws Exception {
        try (var connection = database.superuser();
                var statement = connection.createStatement()) {
            for (var sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** Writes samples, one a day, the last one on the day before {@link #NOW}. */
    public void samples(int count) {
        scope().run(handle -> handle.createUpdate(
                        """
                        INSERT INTO samples
                        SELECT :tenant, i, 'note' || chr(9) || chr(92) || i, CAST(:now AS timestamptz) - i * interval '1 day'
                          FROM generate_series(1, :count) i""")
                .bind("tenant", TENANT.value())
                .bind("now", NOW.toString())
                .bind("count", count)
                .execute());
    }

    /** Returns the identifiers of the samples that are in the table. */
    public List<Integer> sampleIds() {
        return scope().read(handle -> handle.createQuery("SELECT id FROM samples ORDER BY id")
                .mapTo(Integer.class)
                .list());
    }

    /** Makes an active policy. */
    public Policy policy(String table, String timeColumn, Integer archiveAfter, Integer deleteAfter) {
        return policies.create(
                        TENANT,
                        new Policy.Rule(table, timeColumn, "UTC", 0, archiveAfter, deleteAfter, "{}", true),
                        "user:test")
                .policy();
    }

    /** Previews a policy. */
    public Preview preview(Policy policy) {
        return previews.create(TENANT, policy.id(), "user:test");
    }

    /** Previews a policy and approves what it shows. */
    public Run approve(Policy policy) {
        var preview = preview(policy);
        return runs.start(TENANT, preview.id(), preview.planHash(), "user:test");
    }

    /** Returns a run as it stands now. */
    public Run run(UUID id) {
        return runs.get(TENANT, id);
    }

    /** Returns a number from a query. */
    public long number(String query) {
        return scope().read(
                        handle -> handle.createQuery(query).mapTo(Long.class).one());
    }

    @Override
    public void close() {
        database.close();
    }
}
