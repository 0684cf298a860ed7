package dev.seneschal.storage.schema;

/** A migration cannot begin at present; it can be tried again, and will succeed once the cause has gone. */
public final class NotYetException extends Exception {

    private static final long serialVersionUID = 1L;

    NotYetException(String message) {
        super(message);
    }
}
