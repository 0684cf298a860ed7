package dev.seneschal.realtime.metrics;

/**
 * One number.
 *
 * @param key its name, at most {@value #MAX_KEY} characters
 * @param value a finite number
 * @param unit such as {@code bytes}; empty for a plain number
 */
record Reading(String key, double value, String unit) {

    /** As long as the table's column. */
    static final int MAX_KEY = 100;

    /** Shortens a key that is too long; keys that differ stay different, as far as 32 bits tell. */
    static String fitting(String key) {
        if (key.length() <= MAX_KEY) {
            return key;
        }
        var mark = String.format("~%08x", key.hashCode());
        return key.substring(0, MAX_KEY - mark.length()) + mark;
    }
}
