package dev.seneschal.jobs.queue;

import dev.seneschal.api.audit.Journal;
import dev.seneschal.api.audit.JournalEntry;
import dev.seneschal.api.job.JobSummary;
import dev.seneschal.api.job.JobSummary.State;
import dev.seneschal.api.storage.Scope;
import dev.seneschal.api.tenant.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Looks at jobs and acts on single ones for a person. It sees what the given scope sees: an identifier of another tenant is
 * simply not there. Safe for use by any thread.
 */
public final class JobRegister {

    /** What stands in the table of due work and what is over, as one; a due job no living node handles is parked. */
    private static final String LIST =
            """
            WITH handled AS (SELECT unnest(types) AS type FROM job_nodes WHERE alive_until > now()),
            live AS (
                SELECT id, tenant_id, type,
                       CASE WHEN state = 'leased' THEN 'running'
                            WHEN due_at <= now() AND type NOT IN (SELECT type FROM handled) THEN 'parked'
                            ELSE 'pending' END AS state,
                       priority, attempt, due_at, detail
                FROM jobs)
            SELECT * FROM (
                (SELECT * FROM live
                 WHERE {conditions}
                 ORDER BY id DESC LIMIT :limit)
                UNION ALL
                (SELECT id, tenant_id, type, state, priority, attempt, due_at, detail FROM job_history
                 WHERE {conditions}
                 ORDER BY id DESC LIMIT :limit)
            ) AS found
            ORDER BY id DESC LIMIT :limit
            """;

    private static final String CANCEL =
            """
            WITH gone AS (DELETE FROM jobs WHERE id = :id AND state <> 'leased' RETURNING *)
            INSERT INTO job_history (id, tenant_id, type, payload, key, state, priority, attempt, max_attempts, due_at,
                                     created_at, detail)
            SELECT id, tenant_id, type, payload, key, 'cancelled', priority, attempt, max_attempts, due_at,
                   created_at, 'cancelled by ' || :actor
            FROM gone
            RETURNING tenant_id, type
            """;

    private static final String RETRY =
            """
            WITH gone AS (DELETE FROM job_history WHERE id = :id AND state = 'failed' RETURNING *)
            INSERT INTO jobs (id, tenant_id, type, payload, key, state, priority, max_attempts, due_at, created_at, detail)
            SELECT id, tenant_id, type, payload, key, 'ready', priority, max_attempts, now(),
                   created_at, 'made due again by ' || :actor
            FROM gone
            RETURNING tenant_id, type
            """;

    private final Journal journal;

    /** Writes what people do into the journal. */
    public JobRegister(Journal journal) {
        this.journal = journal;
    }

    /**
     * Returns jobs, newest first.
     *
     * @param type of which type, or null for all
     * @param state in which state, or null for all
     * @param before only jobs older than this one, or null
     * @param limit how many at most, 1 to 1,000
     */
    public List<JobSummary> list(Scope scope, String type, State state, UUID before, int limit) {
        if (limit < 1 || limit > 1_000) {
            throw new IllegalArgumentException("limit must be 1 to 1000, not " + limit);
        }
        return scope.read(handle -> select(handle, null, type, state, before, limit));
    }

    /** Returns one job. */
    public Optional<JobSummary> find(Scope scope, UUID id) {
        return scope.read(
                handle -> select(handle, id, null, null, null, 1).stream().findFirst());
    }

    /** Withdraws a job that is not running; returns whether it was withdrawn. */
    public boolean cancel(Scope scope, UUID id, String actor) {
        return act(scope, CANCEL, id, actor, "job.cancel", "withdrawn by a person before it ran");
    }

    /** Makes a failed job due again with fresh attempts; returns whether it was failed. */
    public boolean retry(Scope scope, UUID id, String actor) {
        return act(scope, RETRY, id, actor, "job.retry", "a failed job was made due again by a person");
    }

    private boolean act(Scope scope, String statement, UUID id, String actor, String action, String reason) {
        return scope.write(handle -> {
            var done = handle.createQuery(statement)
                    .bind("id", id)
                    .bind("actor", actor)
                    .map((row, context) -> new JournalEntry(
                            new TenantId(row.getString("tenant_id")),
                            actor,
                            action,
                            "job:" + id,
                            reason,
                            null,
                            Map.of("type", row.getString("type"))))
                    .findOne();
            done.ifPresent(entry -> {
                journal.record(handle, entry);
                JobTable.wake(handle);
            });
            return done.isPresent();
        });
    }

    private static List<JobSummary> select(Handle handle, UUID id, String type, State state, UUID before, int limit) {
        var conditions = new LinkedHashMap<String, Object>();
        conditions.put("id = :id", id);
        conditions.put("id < :before", before);
        conditions.put("type = :type", type);
        conditions.put("state = :state", state == null ? null : state.name().toLowerCase(Locale.ROOT));
        conditions.values().removeIf(Objects::isNull);
        var all = conditions.isEmpty() ? "true" : String.join(" AND ", conditions.keySet());
        var query = handle.createQuery(LIST.replace("{conditions}", all)).bind("limit", limit);
        conditions.forEach((condition, value) -> query.bind(condition.substring(condition.indexOf(':') + 1), value));
        return query.map((row, context) -> summary(row)).list();
    }

    private static JobSummary summary(ResultSet row) throws SQLException {
        return new JobSummary(
                row.getObject("id", UUID.class),
                new TenantId(row.getString("tenant_id")),
                row.getString("type"),
                State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
                row.getInt("priority"),
                row.getInt("attempt"),
                row.getObject("due_at", OffsetDateTime.class).toInstant(),
                row.getString("detail"));
    }
}
