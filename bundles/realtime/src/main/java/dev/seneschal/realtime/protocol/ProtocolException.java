package dev.seneschal.realtime.protocol;

/** What the client sent does not follow the protocol so far that the connection ends. */
final class ProtocolException extends Exception {

    private static final long serialVersionUID = 1L;

    ProtocolException(String message) {
        super(message);
    }
}
