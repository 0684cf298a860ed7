package dev.seneschal.audit.online;

/** The log is being verified on this node already; the caller should wait for that to end. */
public final class VerificationRunningException extends Exception {

    private static final long serialVersionUID = 1L;

    VerificationRunningException() {
        super("The journal is being verified already, and it is read whole for that; try again when that has ended.");
    }
}
