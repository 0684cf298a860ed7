package dev.seneschal.jobs.work;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Exponential backoff: the wait doubles with each attempt up to a bound, and half of it is random so that what failed
 * together does not come back together.
 *
 * @param first the wait after the first attempt
 * @param longest the bound
 */
public record Backoff(Duration first, Duration longest) {

    /** Returns how long to wait after the given attempt has failed. */
    Duration after(int attempt, RandomGenerator random) {
        var doublings = Math.min(attempt - 1, 40);
        var whole = Math.min(longest.toMillis(), first.toMillis() * Math.pow(2, doublings));
        return Duration.ofMillis(Math.round(whole / 2 + random.nextDouble() * whole / 2));
    }
}
