package dev.seneschal.audit.sequence;

/** Why the journal cannot be signed, and what a person should do. */
public final class Trouble extends Exception {

    private static final long serialVersionUID = 1L;

    Trouble(String message) {
        super(message);
    }
}
