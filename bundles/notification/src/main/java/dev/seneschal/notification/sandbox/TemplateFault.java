package dev.seneschal.notification.sandbox;

/** A template that cannot be compiled or rendered: why, and where in which part. */
public final class TemplateFault extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Part part;
    private final int line;
    private final int column;
    private final boolean passing;

    TemplateFault(String message) {
        this(null, 0, 0, message);
    }

    TemplateFault(Part part, int line, int column, String message) {
        this(part, line, column, message, false);
    }

    private TemplateFault(Part part, int line, int column, String message, boolean passing) {
        super(message, null, false, false);
        this.passing = passing;
        this.part = part;
        this.line = line;
        this.column = column;
    }

    /** Makes a fault that may be the host's and not the template's, such as a pause or a lack of memory. */
    static TemplateFault passing(String message) {
        return new TemplateFault(null, 0, 0, message, true);
    }

    /** Adds the part to a fault that does not know it yet. */
    TemplateFault in(Part of) {
        return part != null ? this : new TemplateFault(of, line, column, getMessage(), passing);
    }

    /** Adds the place to a fault that does not know it yet. */
    TemplateFault at(int ofLine, int ofColumn) {
        return line != 0 ? this : new TemplateFault(part, ofLine, ofColumn, getMessage(), passing);
    }

    /** Returns whether the same template with the same data may well succeed later. */
    public boolean isPassing() {
        return passing;
    }

    /** Returns the part at fault, or null if it is no single one. */
    public Part part() {
        return part;
    }

    /** Returns the line from 1, or 0 if it is no single one. */
    public int line() {
        return line;
    }

    /** Returns the column from 1, or 0. */
    public int column() {
        return column;
    }

    /** Returns the message with its place, for an operator. */
    public String describe() {
        var place = new StringBuilder();
        if (part != null) {
            place.append(part.label()).append(' ');
        }
        if (line != 0) {
            place.append("line ").append(line).append(", column ").append(column);
        }
        return place.isEmpty() ? getMessage() : place.toString().strip() + ": " + getMessage();
    }
}
