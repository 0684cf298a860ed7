package dev.seneschal.api.mail;

/** A message cannot be built from what was given. */
public final class InvalidMailException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String field;

    /** Says which field is at fault, why, and what to do. */
    public InvalidMailException(String field, String message) {
        super(message);
        this.field = field;
    }

    /** Returns the field at fault. */
    public String field() {
        return field;
    }
}
