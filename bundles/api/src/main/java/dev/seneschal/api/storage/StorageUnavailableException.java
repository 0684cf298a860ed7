package dev.seneschal.api.storage;

import java.time.Duration;

/**
 * The database cannot be reached, or its connection broke. What was tried may be tried again; if the connection broke
 * during a commit, the outcome of that transaction is unknown, so only idempotent work may be repeated blindly.
 */
public final class StorageUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** When a caller may sensibly try again. */
    public static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    /** Says what was tried and why it failed. */
    public StorageUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
