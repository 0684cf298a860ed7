package dev.seneschal.retention.run;

import dev.seneschal.api.storage.Storage;
import dev.seneschal.retention.segment.SegmentFiles;
import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The files of runs: each is named by a segment that needs it, or goes. What a crash left behind is found here, so that no
 * copy of a row outlives its time unseen. Safe for use by any thread.
 */
final class RunFiles {

    private static final Pattern EPOCH = Pattern.compile(".*/[0-9]+-([0-9]+)\\.[^/]+");

    private final Storage storage;
    private final SegmentFiles files;

    RunFiles(Storage storage, SegmentFiles files) {
        this.storage = storage;
        this.files = files;
    }

    /**
     * Returns the name, without ending, of a segment's files. The epoch in it keeps a node that lost its lease from writing
     * into, or removing, its successor's files.
     */
    static String name(Run run, int ordinal, long epoch) {
        return folder(run) + "/" + ordinal + "-" + epoch;
    }

    private static String folder(Run run) {
        return run.tenant() + "/" + run.plan().policyId() + "/" + run.id();
    }

    /** Removes what no segment needs of the files written up to an epoch. Whoever calls writes none meanwhile. */
    void tidy(Run run, long epoch) throws IOException {
        // Only the holder of an epoch seals its files, so a file of these epochs that is not named by now never will
        // be.
        var needed = storage.tenant(run.tenant()).read(handle -> new SegmentTable(handle).of(run.id())).stream()
                .filter(Segment::needsFiles)
                .flatMap(segment -> segment.content().files().stream())
                .collect(Collectors.toSet());
        for (var name : files.names(folder(run))) {
            if (!needed.contains(name) && isWrittenBy(name, epoch)) {
                files.delete(name);
            }
        }
    }

    private static boolean isWrittenBy(String name, long epoch) {
        var matcher = EPOCH.matcher(name);
        return matcher.matches() && Long.parseLong(matcher.group(1)) <= epoch;
    }

    /** Removes what no segment needs of the files of runs that ended; nobody can take their lease any more. */
    void tidyEnded(List<Run> runs) throws IOException {
        for (var run : runs) {
            tidy(run, Long.MAX_VALUE);
            storage.tenant(run.tenant()).run(handle -> new RunTable(handle).tidied(run.id()));
        }
    }
}
