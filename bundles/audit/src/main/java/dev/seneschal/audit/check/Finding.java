package dev.seneschal.audit.check;

/**
 * Something wrong with a log.
 *
 * @param kind what kind of thing
 * @param index the place in the log, or -1
 * @param entry the entry's identifier, or an empty string where it is not known
 * @param detail what was found, for a person
 */
public record Finding(Kind kind, long index, String entry, String detail) {

    /** What can be wrong. */
    public enum Kind {
        /** An entry's content is not what was committed to. */
        CHANGED,
        /** An entry is gone. */
        REMOVED,
        /** An entry is not where it was put. */
        REORDERED,
        /** An entry is in the table that was never given a place. */
        ADDED,
        /** The log is shorter than a checkpoint says. */
        TRUNCATED,
        /** A checkpoint is not signed by a known key, or the log does not have the root it states. */
        CHECKPOINT,
        /** Entries that must be covered by a valid checkpoint are not: anyone could have written them. */
        UNSIGNED,
        /** A stored hash of the tree is not what it must be. */
        TILE
    }

    @Override
    public String toString() {
        return kind + (index < 0 ? "" : " index=" + index) + (entry.isEmpty() ? "" : " entry=" + entry) + ": " + detail;
    }
}
