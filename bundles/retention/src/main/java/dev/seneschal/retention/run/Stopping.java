package dev.seneschal.retention.run;

import java.util.EnumSet;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** Ends a run that does not reach its end, within one transaction. */
final class Stopping {

    /** Nothing of such a segment has been deleted, so it is not needed. */
    private static final Set<SegmentState> UNUSED =
            EnumSet.of(SegmentState.PLANNED, SegmentState.EXPORTING, SegmentState.SEALED, SegmentState.VERIFIED);

    private Stopping() {}

    /**
     * Stops the run and settles its segments: some hold the only copy of rows and are kept like those of any run, the
     * others are abandoned.
     *
     * @return how many are abandoned
     */
    static int stop(Handle handle, Run run, String reason) {
        new RunTable(handle).state(run.id(), State.STOPPED, reason);
        var table = new SegmentTable(handle);
        int abandoned = 0;
        for (var segment : table.of(run.id())) {
            if (UNUSED.contains(segment.state())) {
                table.state(segment.id(), SegmentState.ABANDONED);
                abandoned++;
            } else if (segment.state() == SegmentState.DELETING) {
                table.state(segment.id(), SegmentState.DONE_WITH_SURVIVORS);
            }
        }
        return abandoned;
    }
}
