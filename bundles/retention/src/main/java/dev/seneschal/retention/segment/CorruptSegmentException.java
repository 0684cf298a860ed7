package dev.seneschal.retention.segment;

/** A stored segment is not what was written. Nothing is deleted on the strength of it. */
public final class CorruptSegmentException extends Exception {

    private static final long serialVersionUID = 1L;

    CorruptSegmentException(String message) {
        super(message);
    }
}
