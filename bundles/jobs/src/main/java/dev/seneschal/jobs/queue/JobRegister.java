package dev.seneschal.jobs.queue;

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
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Looks at jobs. It sees what the given scope sees: an identifier of another tenant is
 * simply not there. Safe for use by any thread.
 */
public final class JobRegister {

    /** What stands in the table of due work and what is over, as one; a due job no living node handles is parked. */
    private static final String LIST =
            """
            WITH handled AS (SELECT unnest(types) AS type FROM job_nodes WHERE alive_until > now()),
            live AS (
                SELECT id, tenant_id, type,
                       CASE WHEN state = 'leased' AND (lease_until > now() OR type IN (SELECT type FROM handled))
                            THEN 'running'
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
