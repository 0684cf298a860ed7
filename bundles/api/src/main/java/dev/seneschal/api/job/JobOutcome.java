package dev.seneschal.api.job;

import java.time.Duration;

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
     * It can never be done.
     *
     * @param reason for the operator
     */
    record Failed(String reason) implements JobOutcome {}
}
