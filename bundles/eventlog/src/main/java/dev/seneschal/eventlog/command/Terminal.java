package dev.seneschal.eventlog.command;

/** Text of strangers on an operator's terminal. */
final class Terminal {

    private Terminal() {}

    /** Returns the text on one line, without the control characters that could move the cursor or change the screen. */
    static String line(String text) {
        return text == null ? "" : text.replaceAll("[\\p{Cntrl}\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]", " ");
    }
}
