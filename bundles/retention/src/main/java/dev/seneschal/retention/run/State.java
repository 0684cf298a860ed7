package dev.seneschal.retention.run;

/** The life of a run. */
public enum State {
    /** Somebody asked for it; it waits for its job. */
    APPROVED,
    /** Rows are being exported and verified; nothing has been deleted. */
    EXPORTING,
    /** Everything is exported, and is exactly what was promised; rows are being deleted. */
    DELETING,
    /** All that was promised has been done. */
    DONE,
    /** It cannot keep what was promised, so it stopped. */
    STOPPED
}
