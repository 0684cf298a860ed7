package dev.seneschal.jobs.work;

/** A job cannot end undone, because its handler does not know of it. */
final class UntoldException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UntoldException(String message, Throwable cause) {
        super(message, cause);
    }
}
