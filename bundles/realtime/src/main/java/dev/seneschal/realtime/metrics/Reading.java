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
}
