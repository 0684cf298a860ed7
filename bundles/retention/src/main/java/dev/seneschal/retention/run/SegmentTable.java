package dev.seneschal.retention.run;

import dev.seneschal.retention.segment.Content;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The table of segments, within one transaction. */
final class SegmentTable {

    private static final String COLUMNS =
            "id, ordinal, state, content, delete_cursor, jsonb_array_length(survivors) AS survivors, sealed_at";

    private static final String INSERT =
            """
            INSERT INTO retention_segments (id, tenant_id, run_id, policy_id, ordinal, state, table_name)
            VALUES (:id, :tenant, :run, :policy, :ordinal, 'PLANNED', :table)""";

    private static final String SEAL =
            """
            UPDATE retention_segments
               SET state = 'SEALED', row_count = :rows, content = CAST(:content AS jsonb), sealed_at = now(),
                   newest = CAST(:newest AS timestamptz)
             WHERE id = :id""";

    private static final String DELETED =
            """
            UPDATE retention_segments
               SET delete_cursor = delete_cursor + :keys, deleted_rows = deleted_rows + :deleted,
                   survivors = survivors || CAST(:survivors AS jsonb)
             WHERE id = :id""";

    private final Handle handle;

    SegmentTable(Handle handle) {
        this.handle = handle;
    }

    List<Segment> of(UUID run) {
        return handle.createQuery("SELECT " + COLUMNS + " FROM retention_segments WHERE run_id = :run ORDER BY ordinal")
                .bind("run", run)
                .map((row, context) -> segment(row))
                .list();
    }

    Optional<Segment> find(UUID id) {
        return handle.createQuery("SELECT " + COLUMNS + " FROM retention_segments WHERE id = :id")
                .bind("id", id)
                .map((row, context) -> segment(row))
                .findOne();
    }

    void insert(UUID id, Run run, int ordinal) {
        handle.createUpdate(INSERT)
                .bind("id", id)
                .bind("tenant", run.tenant().value())
                .bind("run", run.id())
                .bind("policy", UUID.fromString(run.plan().policyId()))
                .bind("ordinal", ordinal)
                .bind("table", run.plan().table())
                .execute();
    }

    void remove(UUID id) {
        handle.createUpdate("DELETE FROM retention_segments WHERE id = :id")
                .bind("id", id)
                .execute();
    }

    void state(UUID id, SegmentState state) {
        handle.createUpdate("UPDATE retention_segments SET state = :state WHERE id = :id")
                .bind("id", id)
                .bind("state", state.name())
                .execute();
    }

    void seal(UUID id, Content content) {
        handle.createUpdate(SEAL)
                .bind("id", id)
                .bind("rows", content.rows())
                .bind("content", content.json())
                .bind("newest", content.newest())
                .execute();
    }

    void verified(UUID id) {
        handle.createUpdate("UPDATE retention_segments SET state = 'VERIFIED', verified_at = now() WHERE id = :id")
                .bind("id", id)
                .execute();
    }

    void deleted(UUID id, int keys, int deleted, String survivors) {
        handle.createUpdate(DELETED)
                .bind("id", id)
                .bind("keys", keys)
                .bind("deleted", deleted)
                .bind("survivors", survivors)
                .execute();
    }

    private static Segment segment(ResultSet row) throws SQLException {
        var content = row.getString("content");
        var sealedAt = row.getObject("sealed_at", OffsetDateTime.class);
        return new Segment(
                row.getObject("id", UUID.class),
                row.getInt("ordinal"),
                SegmentState.valueOf(row.getString("state")),
                content == null ? null : Content.parse(content),
                row.getLong("delete_cursor"),
                row.getLong("survivors"),
                sealedAt == null ? null : sealedAt.toInstant());
    }
}
