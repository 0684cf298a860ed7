package dev.seneschal.api.access;

import java.time.Duration;

/** Credentials prove nothing, or are refused for a while. */
public final class AuthenticationException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Duration retryAfter;

    /**
     * Says no more than a stranger may know.
     *
     * @param retryAfter how long further tries are refused, or null if they are not
     */
    public AuthenticationException(String message, Duration retryAfter) {
        super(message);
        this.retryAfter = retryAfter;
    }

    /** Returns how long further tries are refused, or null if they are not. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
