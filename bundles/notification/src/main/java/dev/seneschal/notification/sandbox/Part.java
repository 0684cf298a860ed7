package dev.seneschal.notification.sandbox;

import java.util.Locale;

/** A part of a template; each is a template of its own. */
public enum Part {
    /** The subject: one line; control characters in values become spaces. */
    SUBJECT,
    /** The plain text: values as they are. */
    TEXT,
    /** The HTML: every value is escaped for the place it stands in. */
    HTML;

    /** Returns the name that operators and API clients see. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
