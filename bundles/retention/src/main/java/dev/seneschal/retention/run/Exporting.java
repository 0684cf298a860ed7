package dev.seneschal.retention.run;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import dev.seneschal.retention.catalog.RowSql;
import dev.seneschal.retention.plan.KeyDigest;
import dev.seneschal.retention.segment.Content;
import dev.seneschal.retention.segment.SegmentFiles;
import dev.seneschal.retention.segment.SegmentWriter;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;

/**
 * The first half of a run: exports everything that is due into verified segments and makes sure that it is exactly what was
 * promised. Nothing is deleted before that. May be begun again after a crash at any point. Not thread safe.
 */
final class Exporting {

    private final Fence fence;
    private final Run run;
    private final SegmentWriter writer;
    private final SegmentFiles files;
    private final Consumer<Step> steps;
    private final NoArgGenerator ids = Generators.timeBasedEpochGenerator();

    Exporting(Fence fence, SegmentWriter writer, SegmentFiles files, Consumer<Step> steps) {
        this.fence = fence;
        this.run = fence.run();
        this.writer = writer;
        this.files = files;
        this.steps = steps;
    }

    void begin() throws Exception {
        fence.change(handle -> {
            Promise.confirm(handle, run);
            new RunTable(handle).state(run.id(), State.EXPORTING, "");
            fence.record(
                    handle,
                    "retention.begin-run",
                    "approved by " + run.requestedBy(),
                    Map.of("planHash", run.planHash(), "cutoff", run.plan().cutoff()));
        });
        steps.accept(Step.PLAN_CONFIRMED);
    }

    void exportAll() throws Exception {
        var segments = fence.look(handle -> new SegmentTable(handle).of(run.id()));
        Content last = null;
        long rows = 0;
        var digest = new KeyDigest();
        for (int ordinal = 1; ordinal <= segments.size() || rows < run.plan().dueRows(); ordinal++) {
            var known = ordinal <= segments.size() ? Optional.of(segments.get(ordinal - 1)) : Optional.<Segment>empty();
            last = bringToVerified(known, ordinal, last);
            rows += last.rows();
            digest.add(KeyDigest.parse(last.digest()));
        }
        finish(digest);
    }

    private Content bringToVerified(Optional<Segment> known, int ordinal, Content before) throws Exception {
        var id = known.isPresent() ? known.get().id() : plan(ordinal);
        var state = known.map(Segment::state).orElse(SegmentState.PLANNED);
        if (state == SegmentState.VERIFIED) {
            return known.get().content();
        }
        var content = state == SegmentState.SEALED ? known.get().content() : seal(id, ordinal, before);
        verify(id, content);
        return content;
    }

    private UUID plan(int ordinal) throws Exception {
        var id = ids.generate();
        fence.change(handle -> {
            new SegmentTable(handle).insert(id, run, ordinal);
            record(handle, "retention.plan-segment", id, "rows remain to be exported", Map.of());
        });
        steps.accept(Step.SEGMENT_PLANNED);
        return id;
    }

    private Content seal(UUID id, int ordinal, Content before) throws Exception {
        fence.change(handle -> {
            new SegmentTable(handle).state(id, SegmentState.EXPORTING);
            record(handle, "retention.export-segment", id, "rows are due", Map.of());
        });
        steps.accept(Step.EXPORT_BEGUN);
        var content = fence.look(handle -> writer.export(
                        handle,
                        Promise.rows(handle, run),
                        before == null ? null : before.lastPosition(),
                        RunFiles.name(run, ordinal, fence.epoch()),
                        run.plan().isArchiving(),
                        before == null ? "" : SegmentWriter.hash(before)))
                .orElseThrow(() -> new StopException("Fewer rows are due than was promised. Preview again."));
        steps.accept(Step.FILES_STORED);
        fence.change(handle -> {
            RowSql.settle(handle);
            new SegmentTable(handle).seal(id, content);
            new RunTable(handle).count(run.id(), content.rows(), 0, 0, 0);
            record(
                    handle,
                    "retention.seal-segment",
                    id,
                    "its files are on disk",
                    Map.of(
                            "rows", String.valueOf(content.rows()),
                            "rowSha256", content.rowSha256(),
                            "keySha256", content.keySha256(),
                            "manifestSha256", SegmentWriter.hash(content)));
        });
        steps.accept(Step.SEALED);
        return content;
    }

    private void verify(UUID id, Content content) throws Exception {
        files.verify(content);
        steps.accept(Step.FILES_VERIFIED);
        fence.change(handle -> {
            new SegmentTable(handle).verified(id);
            record(
                    handle,
                    "retention.verify-segment",
                    id,
                    "its files were read back and are what was written",
                    Map.of());
        });
        steps.accept(Step.VERIFIED);
    }

    /** Everything exported must be everything promised, and nothing else may have become due meanwhile. */
    private void finish(KeyDigest exported) throws Exception {
        if (!exported.toString().equals(run.plan().dueDigest())) {
            throw new StopException("Other rows are due than was promised. Preview again.");
        }
        fence.change(handle -> {
            Promise.confirm(handle, run);
            new RunTable(handle).state(run.id(), State.DELETING, "");
            fence.record(
                    handle,
                    "retention.begin-deletion",
                    "every row that is due is in a verified segment",
                    Map.of("rows", String.valueOf(run.plan().dueRows())));
        });
        steps.accept(Step.EXPORT_FINISHED);
    }

    private void record(Handle handle, String action, UUID segment, String reason, Map<String, String> details) {
        var all = new HashMap<>(details);
        all.put("segment", segment.toString());
        fence.record(handle, action, reason, all);
    }
}
