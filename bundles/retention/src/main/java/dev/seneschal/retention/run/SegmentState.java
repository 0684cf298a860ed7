package dev.seneschal.retention.run;

/** The life of a segment. */
enum SegmentState {
    /** Its place in the run is taken. */
    PLANNED,
    /** Its files are being written. */
    EXPORTING,
    /** Its files are on disk under their names, its content is on record. */
    SEALED,
    /** Its files were read back and are what was written. */
    VERIFIED,
    /** Its rows are being deleted from the table. */
    DELETING,
    /** Its rows have left the table. */
    DONE,
    /** Its rows have left the table but for those that changed, are held, or had not had their turn when the run stopped. */
    DONE_WITH_SURVIVORS,
    /** Its run stopped before anything of it was deleted. */
    ABANDONED,
    /** Its files are being destroyed. */
    DESTROYING,
    /** Its files are gone. */
    DESTROYED
}
