package dev.seneschal.retention.run;

import dev.seneschal.retention.segment.Content;
import java.time.Instant;
import java.util.UUID;

/**
 * A segment as it stands.
 *
 * @param id its identifier
 * @param ordinal its number within the run, from 1
 * @param state where it stands
 * @param content what is in it, once it is sealed
 * @param deleteCursor how many of its keys have been dealt with
 * @param survivors how many of them stayed
 * @param sealedAt when it was sealed
 */
record Segment(
        UUID id,
        int ordinal,
        SegmentState state,
        Content content,
        long deleteCursor,
        long survivors,
        Instant sealedAt) {

    /** Returns whether something still relies on its files: rows that are only there, or a deletion that goes on. */
    boolean needsFiles() {
        if (content == null) {
            return false;
        }
        return switch (state) {
            case ABANDONED, DESTROYED -> false;
            case DONE, DONE_WITH_SURVIVORS -> content.rowFile() != null;
            default -> true;
        };
    }
}
