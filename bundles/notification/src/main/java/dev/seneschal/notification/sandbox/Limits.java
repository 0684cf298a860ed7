package dev.seneschal.notification.sandbox;

import java.time.Duration;

/**
 * What one rendering may use. Going beyond any of them fails the rendering; nothing is cut silently.
 *
 * @param sourceChars the longest source of one part
 * @param nesting the deepest nesting of brackets and directives in a source
 * @param steps iterations, assignments and calls together
 * @param outputChars the longest output of one part
 * @param builtChars characters of all the strings a template may put together and keep
 * @param time how long all parts together may take
 * @param threads how many renderings run at once
 */
public record Limits(
        int sourceChars, int nesting, int steps, int outputChars, int builtChars, Duration time, int threads) {

    /** What a mail needs, with room to spare. */
    public static final Limits MAIL = new Limits(131_072, 12, 20_000, 1_048_576, 4_194_304, Duration.ofSeconds(2), 2);
}
