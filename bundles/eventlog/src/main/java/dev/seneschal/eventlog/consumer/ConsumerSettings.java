package dev.seneschal.eventlog.consumer;

import java.time.Duration;

/**
 * How events are delivered.
 *
 * @param batch how many events one call gets at most
 * @param attempts how often an event that fails alone is tried before it is set aside
 * @param firstPause the pause after the first failure; it doubles with each further one
 * @param longestPause the longest pause
 */
public record ConsumerSettings(int batch, int attempts, Duration firstPause, Duration longestPause) {

    /** Returns the pause after that many failures in a row. */
    Duration pause(int failures) {
        int doublings = Math.min(Math.max(failures - 1, 0), 20);
        var pause = firstPause.multipliedBy(1L << doublings);
        return pause.compareTo(longestPause) > 0 ? longestPause : pause;
    }
}
