package dev.seneschal.api.event;

/** More appends wait than the log may hold in memory. Nothing of the request was appended; try again shortly. */
public final class LogBusyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Says how much was waiting. */
    public LogBusyException(String message) {
        super(message);
    }
}
