package dev.seneschal.realtime.hub;

/** The channel's history cannot be reached at present. Try again shortly. */
public final class LogAwayException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    LogAwayException(String message, Throwable cause) {
        super(message, cause);
    }
}
