package dev.seneschal.jobs;

import dev.seneschal.jobs.work.Backoff;
import dev.seneschal.jobs.work.Settings;
import java.time.Duration;

/**
 * The configuration, checked.
 *
 * @param settings how work is done
 * @param historyDays how long finished jobs are kept
 * @param keyDays how long keys are kept
 */
record Options(Settings settings, int historyDays, int keyDays) {

    static Options of(JobsConfig config) {
        var settings = new Settings(
                (int) inRange("workers", config.workers(), 1, 256),
                (int) inRange("workersPerType", config.workersPerType(), 1, 256),
                (int) inRange("batchSize", config.batchSize(), 1, 5_000),
                Duration.ofMillis(inRange("pollMillis", config.pollMillis(), 10, 60_000)),
                Duration.ofSeconds(inRange("leaseSeconds", config.leaseSeconds(), 3, 3_600)),
                Duration.ofSeconds(inRange("drainSeconds", config.drainSeconds(), 0, 600)),
                new Backoff(
                        Duration.ofMillis(inRange("retryFirstMillis", config.retryFirstMillis(), 1, 3_600_000)),
                        Duration.ofSeconds(inRange("retryLongestSeconds", config.retryLongestSeconds(), 1, 604_800))));
        return new Options(settings, (int) inRange("historyDays", config.historyDays(), 1, 3_650), (int)
                inRange("keyDays", config.keyDays(), 1, 36_500));
    }

    private static long inRange(String key, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "dev.seneschal.jobs: " + key + " is " + value + "; it must be " + least + " to " + most + ".");
        }
        return value;
    }
}
