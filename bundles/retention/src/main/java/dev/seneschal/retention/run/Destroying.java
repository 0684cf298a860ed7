package dev.seneschal.retention.run;

import dev.seneschal.retention.hold.Holds;
import dev.seneschal.retention.segment.SegmentFiles;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;

/**
 * The last part of a run: destroys the archived rows that have reached the end of their time. May be begun again after a
 * crash at any point. Not thread safe.
 */
final class Destroying {

    private static final String HELD =
            """
            SELECT EXISTS (SELECT FROM retention_hold_keys h
                            WHERE h.tenant_id = :tenant AND h.table_name = :table
                              AND (h.row_key IS NULL
                                   OR EXISTS (SELECT FROM data_archive_log l
                                               WHERE l.segment_id = :segment
                                                 AND l.record_ids @> jsonb_build_array(CAST(h.row_key AS jsonb)))))""";

    private final Fence fence;
    private final Run run;
    private final SegmentFiles files;
    private final Consumer<Step> steps;

    Destroying(Fence fence, SegmentFiles files, Consumer<Step> steps) {
        this.fence = fence;
        this.run = fence.run();
        this.files = files;
        this.steps = steps;
    }

    void destroyAll() throws Exception {
        for (var id : run.plan().destroySegments()) {
            destroy(UUID.fromString(id));
        }
    }

    private void destroy(UUID id) throws Exception {
        fence.change(handle -> {
            Holds.keepOut(handle, run.tenant(), run.plan().table());
            var segment = new SegmentTable(handle).find(id).orElseThrow();
            var isWhole = segment.state() == SegmentState.DONE || segment.state() == SegmentState.DONE_WITH_SURVIVORS;
            if (isWhole && !isHeld(handle, id)) {
                new SegmentTable(handle).state(id, SegmentState.DESTROYING);
                new DataLogs(handle, run).destroyed(id);
                record(handle, id, "retention.destroy-segment", "its rows are past their retention period");
            }
        });
        steps.accept(Step.DESTRUCTION_BEGUN);
        var segment = fence.look(handle -> new SegmentTable(handle).find(id).orElseThrow());
        if (segment.state() != SegmentState.DESTROYING) {
            return;
        }
        files.delete(segment.content());
        steps.accept(Step.FILES_DESTROYED);
        fence.change(handle -> {
            new SegmentTable(handle).state(id, SegmentState.DESTROYED);
            new RunTable(handle).count(run.id(), 0, 0, 0, segment.content().rows());
            record(handle, id, "retention.finish-destruction", "its files are gone");
        });
        steps.accept(Step.DESTROYED);
    }

    private boolean isHeld(Handle handle, UUID id) {
        return handle.createQuery(HELD)
                .bind("tenant", run.tenant().value())
                .bind("table", run.plan().table())
                .bind("segment", id)
                .mapTo(Boolean.class)
                .one();
    }

    private void record(Handle handle, UUID id, String action, String reason) {
        fence.record(handle, action, reason, Map.of("segment", id.toString()));
    }
}
