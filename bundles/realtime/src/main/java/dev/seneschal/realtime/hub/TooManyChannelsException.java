package dev.seneschal.realtime.hub;

/** This node carries as many channels as it may. */
public final class TooManyChannelsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TooManyChannelsException(int limit) {
        super("This node carries " + limit + " channels, which is the limit.");
    }
}
