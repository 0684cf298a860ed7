package dev.seneschal.retention.run;

import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.retention.plan.Plan;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The table of runs, within one transaction. */
final class RunTable {

    private static final String COLUMNS =
            "id, tenant_id, plan, plan_hash, state, detail, requested_by, exported_rows, deleted_rows, survivor_rows,"
                    + " destroyed_rows, job_id, created_at, finished_at";

    private static final String INSERT =
            """
            INSERT INTO retention_runs (id, tenant_id, policy_id, policy_version, table_name, plan, plan_hash, state,
                                        requested_by, job_id)
            VALUES (:id, :tenant, :policy, :version, :table, CAST(:plan AS jsonb), :hash, 'APPROVED', :actor, :job)""";

    private static final String LEASE =
            """
            UPDATE retention_runs
               SET lease_epoch = lease_epoch + 1,
                   detail      = '',
                   lease_until = clock_timestamp() + :millis * interval '1 millisecond',
                   started_at  = coalesce(started_at, now())
             WHERE id = :id
               AND state IN ('APPROVED', 'EXPORTING', 'DELETING')
               AND (lease_until IS NULL OR lease_until < clock_timestamp())
            RETURNING lease_epoch""";

    private static final String BEAT =
            """
            UPDATE retention_runs
               SET lease_until = clock_timestamp() + :millis * interval '1 millisecond'
             WHERE id = :id AND lease_epoch = :epoch AND state IN ('APPROVED', 'EXPORTING', 'DELETING')""";

    private static final String RELEASE =
            """
            UPDATE retention_runs
               SET lease_until = NULL, detail = :detail
             WHERE id = :id AND lease_epoch = :epoch AND state IN ('APPROVED', 'EXPORTING', 'DELETING')""";

    private final Handle handle;

    RunTable(Handle handle) {
        this.handle = handle;
    }

    void insert(UUID id, Plan plan, String actor, UUID job) {
        handle.createUpdate(INSERT)
                .bind("id", id)
                .bind("tenant", plan.tenant())
                .bind("policy", UUID.fromString(plan.policyId()))
                .bind("version", plan.policyVersion())
                .bind("table", plan.table())
                .bind("plan", plan.json())
                .bind("hash", plan.hash())
                .bind("actor", actor)
                .bind("job", job)
                .execute();
    }

    Optional<Run> find(UUID id) {
        return handle.createQuery("SELECT " + COLUMNS + " FROM retention_runs WHERE id = :id")
                .bind("id", id)
                .map((row, context) -> run(row))
                .findOne();
    }

    /** Returns the run and keeps everybody else from changing it until the transaction ends. */
    Optional<Run> lock(UUID id) {
        return handle.createQuery("SELECT " + COLUMNS + " FROM retention_runs WHERE id = :id FOR UPDATE")
                .bind("id", id)
                .map((row, context) -> run(row))
                .findOne();
    }

    List<Run> newest(UUID before, int limit) {
        return handle.createQuery(
                        "SELECT " + COLUMNS + " FROM retention_runs"
                                + " WHERE CAST(:before AS uuid) IS NULL OR id < CAST(:before AS uuid) ORDER BY id DESC LIMIT :limit")
                .bind("before", before)
                .bind("limit", limit)
                .map((row, context) -> run(row))
                .list();
    }

    /** Takes the lease of a run that nobody holds, and returns its epoch. */
    OptionalLong lease(UUID id, Duration length) {
        return handle.createQuery(LEASE)
                .bind("id", id)
                .bind("millis", length.toMillis())
                .mapTo(Long.class)
                .findOne()
                .map(OptionalLong::of)
                .orElse(OptionalLong.empty());
    }

    /** Prolongs the lease and locks the run's row; returns whether the lease was still held. */
    boolean beat(UUID id, long epoch, Duration length) {
        return handle.createUpdate(BEAT)
                        .bind("id", id)
                        .bind("epoch", epoch)
                        .bind("millis", length.toMillis())
                        .execute()
                == 1;
    }

    /** Gives the lease back, if it is still held, and says why. */
    void release(UUID id, long epoch, String detail) {
        handle.createUpdate(RELEASE)
                .bind("id", id)
                .bind("epoch", epoch)
                .bind("detail", detail)
                .execute();
    }

    /** Returns the runs that ended but whose files nobody has looked through since. */
    List<Run> untidy() {
        return handle.createQuery("SELECT " + COLUMNS + " FROM retention_runs"
                        + " WHERE state IN ('DONE', 'STOPPED') AND NOT is_tidy ORDER BY id")
                .map((row, context) -> run(row))
                .list();
    }

    void tidied(UUID id) {
        handle.createUpdate("UPDATE retention_runs SET is_tidy = true WHERE id = :id")
                .bind("id", id)
                .execute();
    }

    void state(UUID id, State state, String detail) {
        handle.createUpdate(
                        """
                        UPDATE retention_runs
                           SET state = :state, detail = :detail,
                               finished_at = CASE WHEN :state IN ('DONE', 'STOPPED') THEN now() END
                         WHERE id = :id""")
                .bind("id", id)
                .bind("state", state.name())
                .bind("detail", detail)
                .execute();
    }

    void count(UUID id, long exported, long deleted, long survivors, long destroyed) {
        handle.createUpdate(
                        """
                        UPDATE retention_runs
                           SET exported_rows = exported_rows + :exported, deleted_rows = deleted_rows + :deleted,
                               survivor_rows = survivor_rows + :survivors, destroyed_rows = destroyed_rows + :destroyed
                         WHERE id = :id""")
                .bind("id", id)
                .bind("exported", exported)
                .bind("deleted", deleted)
                .bind("survivors", survivors)
                .bind("destroyed", destroyed)
                .execute();
    }

    private static Run run(ResultSet row) throws SQLException {
        return new Run(
                row.getObject("id", UUID.class),
                new TenantId(row.getString("tenant_id")),
                Plan.parse(row.getString("plan")),
                row.getString("plan_hash"),
                State.valueOf(row.getString("state")),
                row.getString("detail"),
                row.getString("requested_by"),
                row.getLong("exported_rows"),
                row.getLong("deleted_rows"),
                row.getLong("survivor_rows"),
                row.getLong("destroyed_rows"),
                row.getObject("job_id", UUID.class),
                instant(row, "created_at"),
                instant(row, "finished_at"));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        var at = row.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }
}
