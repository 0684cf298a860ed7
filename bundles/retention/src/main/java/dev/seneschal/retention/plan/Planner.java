package dev.seneschal.retention.plan;

import dev.seneschal.api.http.Problem;
import dev.seneschal.retention.catalog.Catalog;
import dev.seneschal.retention.catalog.RowSql;
import dev.seneschal.retention.policy.Finding;
import dev.seneschal.retention.policy.Policy;
import dev.seneschal.retention.policy.PolicyCheck;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** Works out what a run would do, for previews and, again, when a run begins. */
public final class Planner {

    private static final int SAMPLE = 5;

    private static final String DUE =
            """
            SELECT count(*) FILTER (WHERE goes)                                         AS due,
                   count(*) FILTER (WHERE held)                                         AS held,
                   count(*) FILTER (WHERE NOT held AND NOT goes)                        AS needed,
                   coalesce(sum(size) FILTER (WHERE goes), 0)                           AS bytes,
                   coalesce(bit_xor(hashtextextended(key, 0)) FILTER (WHERE goes), 0)   AS key_xor,
                   coalesce(sum(hashtextextended(key, 0)::numeric) FILTER (WHERE goes), 0)::text AS key_sum
              FROM (SELECT %s AS key, %s AS held, NOT %s AS goes, pg_column_size(t) AS size FROM %s WHERE %s) r""";

    private static final String SAMPLE_KEYS =
            """
            SELECT %s FROM %s WHERE %s AND NOT %s ORDER BY %s LIMIT """ + " " + SAMPLE;

    /** A segment is held as a whole if its table is, or one of its rows. */
    private static final String DESTRUCTIBLE =
            """
            SELECT s.id::text AS id, s.row_count,
                   EXISTS (SELECT FROM retention_hold_keys h
                            WHERE h.tenant_id = s.tenant_id AND h.table_name = s.table_name
                              AND (h.row_key IS NULL
                                   OR EXISTS (SELECT FROM data_archive_log l
                                               WHERE l.segment_id = s.id
                                                 AND l.record_ids @> jsonb_build_array(CAST(h.row_key AS jsonb))))) AS held
              FROM retention_segments s
             WHERE s.policy_id = :policy
               AND s.state IN ('DONE', 'DONE_WITH_SURVIVORS', 'DESTROYING')
               AND s.newest < CAST(:before AS timestamptz)
             ORDER BY s.id""";

    private Planner() {}

    /**
     * Works out the plan at the policy's moment.
     *
     * @throws Problem if the policy does not fit the live schema any more
     */
    public static Plan plan(Handle handle, Policy policy, Instant cutoff, Instant destroyBefore) {
        refuseErrors(handle, policy);
        RowSql.settle(handle);
        var rows = rows(handle, policy, cutoff);
        var due = handle.createQuery(DUE.formatted(rows.key(), rows.held(), rows.stays(), rows.from(), rows.due()))
                .map((row, context) -> new Due(
                        row.getLong("due"),
                        row.getLong("held"),
                        row.getLong("needed"),
                        row.getLong("bytes"),
                        row.getLong("due") + ":" + row.getLong("key_xor") + ":" + row.getString("key_sum")))
                .one();
        var segments = destroyBefore == null ? List.<Destructible>of() : destructible(handle, policy, destroyBefore);
        var free = segments.stream().filter(segment -> !segment.held).toList();
        return new Plan(
                policy.id().toString(),
                policy.ruleVersion(),
                policy.tenant().value(),
                policy.rule().tableName(),
                rows.table().fingerprint(),
                policy.rule().timeColumn(),
                policy.rule().isArchiving(),
                cutoff.toString(),
                due.rows,
                due.digest,
                due.bytes,
                due.held,
                due.needed,
                destroyBefore == null ? null : destroyBefore.toString(),
                free.stream().map(Destructible::id).toList(),
                free.stream().mapToLong(Destructible::rows).sum(),
                segments.size() - free.size());
    }

    private static void refuseErrors(Handle handle, Policy policy) {
        var errors = PolicyCheck.findings(handle, policy.rule()).stream()
                .filter(Finding::isError)
                .map(finding -> new Problem.Violation(finding.field(), finding.detail()))
                .toList();
        if (!errors.isEmpty()) {
            throw new Problem(
                    409,
                    "The policy does not fit the database: " + errors.get(0).detail(),
                    errors,
                    Map.of());
        }
    }

    private static RowSql rows(Handle handle, Policy policy, Instant cutoff) {
        var table = Catalog.table(handle, policy.rule().tableName()).orElseThrow();
        return new RowSql(table, policy.rule().timeColumn(), policy.tenant(), cutoff);
    }

    private static List<Destructible> destructible(Handle handle, Policy policy, Instant before) {
        return handle.createQuery(DESTRUCTIBLE)
                .bind("policy", policy.id())
                .bind("before", before.toString())
                .map((row, context) ->
                        new Destructible(row.getString("id"), row.getLong("row_count"), row.getBoolean("held")))
                .list();
    }

    /** Returns the keys of the first rows that are due, each a JSON array. */
    public static List<String> sample(Handle handle, Policy policy, Instant cutoff) {
        RowSql.settle(handle);
        var rows = rows(handle, policy, cutoff);
        return handle.createQuery(
                        SAMPLE_KEYS.formatted(rows.key(), rows.from(), rows.due(), rows.stays(), rows.orderBy()))
                .mapTo(String.class)
                .list();
    }

    private record Due(long rows, long held, long needed, long bytes, String digest) {}

    private record Destructible(String id, long rows, boolean held) {}
}
