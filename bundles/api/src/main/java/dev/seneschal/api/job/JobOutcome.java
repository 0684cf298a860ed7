package dev.seneschal.api.job;

import java.time.Duration;
import java.util.Objects;

/** How an attempt ended. */
public sealed interface JobOutcome {

    /** The work is done. */
    record Done() implements JobOutcome {}

    /**
     * It could not be done this time.
     *
     * @param reason for the operator
     * @param after how long to wait, or null for the queue's exponential backoff
     */
    record Retry(String reason, Duration after) implements JobOutcome {}

    /**
     * It could not begin, because something it needs is absent. The job is given back as if it had not been taken: no
     * attempt is counted, so it may wait for ever and is never given up.
     *
     * @param reason for the operator
     * @param after how long to wait before it is taken again
     */
    record NotNow(String reason, Duration after) implements JobOutcome {

        /** Checks presence. */
        public NotNow {
            Objects.requireNonNull(after, "after");
        }
    }

    /**
     * It can never be done.
     *
     * @param reason for the operator
     */
    record Failed(String reason) implements JobOutcome {}
}
