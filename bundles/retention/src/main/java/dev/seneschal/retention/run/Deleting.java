package dev.seneschal.retention.run;

import dev.seneschal.retention.catalog.Catalog;
import dev.seneschal.retention.run.GuardedDelete.Guard;
import dev.seneschal.retention.segment.KeyLine;
import dev.seneschal.retention.segment.SegmentFiles;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * The second half of a run: deletes what the verified segments hold, in small transactions. May be begun again after a crash
 * at any point. Not thread safe.
 */
final class Deleting {

    /** Version numbers wrap around in the end; long before that the hash is asked instead. */
    private static final Duration VERSIONS_HOLD = Duration.ofDays(1);

    private static final int LOGGED_KEYS = 1_000;

    private final Fence fence;
    private final Run run;
    private final SegmentFiles files;
    private final int batch;
    private final Clock clock;
    private final Consumer<Step> steps;

    Deleting(Fence fence, SegmentFiles files, int batch, Clock clock, Consumer<Step> steps) {
        this.fence = fence;
        this.run = fence.run();
        this.files = files;
        this.batch = batch;
        this.clock = clock;
        this.steps = steps;
    }

    void deleteAll() throws Exception {
        for (var segment : fence.look(handle -> new SegmentTable(handle).of(run.id()))) {
            if (segment.state() == SegmentState.VERIFIED || segment.state() == SegmentState.DELETING) {
                delete(segment);
            }
        }
    }

    private void delete(Segment segment) throws Exception {
        // Since it was verified, time has passed for a disk to fail in.
        files.verifyStored(segment.content());
        if (segment.state() == SegmentState.VERIFIED) {
            fence.change(handle -> {
                new SegmentTable(handle).state(segment.id(), SegmentState.DELETING);
                logArchived(handle, segment);
                fence.record(
                        handle,
                        "retention.begin-segment-deletion",
                        "the segment is verified",
                        Map.of("segment", segment.id().toString()));
            });
        }
        steps.accept(Step.DELETE_BEGUN);
        var rows = fence.look(handle -> Promise.rows(handle, run));
        var deletion = new GuardedDelete(rows, segment.content(), fence.look(handle -> guard(handle, segment)));
        files.keys(segment.content(), segment.deleteCursor(), batch, keys -> delete(segment, deletion, keys));
        finish(segment);
    }

    /** From here on the archive is relied upon: the segment is not abandoned any more. */
    private void logArchived(Handle handle, Segment segment) throws Exception {
        var content = segment.content();
        if (content.rowFile() != null) {
            var log = new DataLogs(handle, run);
            files.keys(content, 0, LOGGED_KEYS, keys -> log.archived(segment.id(), content.rowFile(), keys));
        }
    }

    private Guard guard(Handle handle, Segment segment) {
        var isSameCluster =
                Catalog.systemIdentifier(handle).equals(segment.content().systemIdentifier());
        var isYoung = segment.sealedAt().plus(VERSIONS_HOLD).isAfter(clock.instant());
        return isSameCluster && isYoung ? Guard.VERSION : Guard.HASH;
    }

    private void delete(Segment segment, GuardedDelete deletion, List<KeyLine> keys) throws Exception {
        fence.change(handle -> {
            var result = deletion.delete(handle, keys);
            var survivors = result.survivors();
            steps.accept(Step.ROWS_DELETED);
            new SegmentTable(handle)
                    .deleted(segment.id(), keys.size(), result.deleted().size(), DataLogs.json(survivors));
            new RunTable(handle).count(run.id(), 0, result.deleted().size(), survivors.size(), 0);
            var details = new HashMap<>(Map.of(
                    "segment", segment.id().toString(),
                    "deleted", String.valueOf(result.deleted().size()),
                    "survivors", reasons(survivors)));
            if (!result.deleted().isEmpty()) {
                var entry = new DataLogs(handle, run).deleted(segment.id(), result.deleted());
                details.put("deletionLogEntry", entry.toString());
                details.put("keysRoot", KeyTree.root(result.deleted()));
            }
            fence.record(
                    handle,
                    "retention.delete",
                    run.plan().isArchiving() ? "archived in a verified segment" : "past its retention period",
                    details);
        });
        steps.accept(Step.DELETE_COMMITTED);
    }

    private static String reasons(List<GuardedDelete.Survivor> survivors) {
        return survivors.stream()
                .collect(Collectors.groupingBy(GuardedDelete.Survivor::reason, Collectors.counting()))
                .toString();
    }

    private void finish(Segment segment) throws Exception {
        fence.change(handle -> {
            var table = new SegmentTable(handle);
            var isClean = table.find(segment.id()).orElseThrow().survivors() == 0;
            table.state(segment.id(), isClean ? SegmentState.DONE : SegmentState.DONE_WITH_SURVIVORS);
            fence.record(
                    handle,
                    "retention.finish-segment",
                    isClean ? "all its rows have left the table" : "some rows changed or are held and stay",
                    Map.of("segment", segment.id().toString()));
        });
        steps.accept(Step.SEGMENT_DONE);
    }
}
