package dev.seneschal.api.event;

/** An event does not meet CloudEvents 1.0 or a limit of the log. Nothing of its request was appended. */
public final class InvalidEventException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int index;
    private final String attribute;

    /**
     * Says which event and attribute, and what is wrong with it.
     *
     * @param index the event's place in the request, from 0
     * @param attribute the attribute's name
     */
    public InvalidEventException(int index, String attribute, String message) {
        super(message);
        this.index = index;
        this.attribute = attribute;
    }

    /** Returns the event's place in the request, from 0. */
    public int index() {
        return index;
    }

    /** Returns the name of the attribute at fault. */
    public String attribute() {
        return attribute;
    }
}
