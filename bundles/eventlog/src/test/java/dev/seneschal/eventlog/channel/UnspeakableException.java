package dev.seneschal.eventlog.channel;

/** Ends a thread that catches everything: it cannot even be logged. */
public final class UnspeakableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    @Override
    public String toString() {
        throw new IllegalStateException("cannot be logged");
    }
}
