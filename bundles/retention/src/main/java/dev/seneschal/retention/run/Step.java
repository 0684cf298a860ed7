package dev.seneschal.retention.run;

/** The points of a run at which a crash matters; each is passed just after what it names. */
enum Step {
    LEASED,
    PLAN_CONFIRMED,
    SEGMENT_PLANNED,
    EXPORT_BEGUN,
    FILES_STORED,
    SEALED,
    FILES_VERIFIED,
    VERIFIED,
    EXPORT_FINISHED,
    DELETE_BEGUN,
    ROWS_DELETED,
    DELETE_COMMITTED,
    SEGMENT_DONE,
    DESTRUCTION_BEGUN,
    FILES_DESTROYED,
    DESTROYED,
    RUN_DONE,
    RUN_STOPPED
}
