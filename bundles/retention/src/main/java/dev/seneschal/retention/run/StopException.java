package dev.seneschal.retention.run;

/** The run cannot keep what its preview promised, or must not go on. */
final class StopException extends Exception {

    private static final long serialVersionUID = 1L;

    StopException(String message) {
        super(message);
    }
}
