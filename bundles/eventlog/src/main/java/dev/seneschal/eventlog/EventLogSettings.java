package dev.seneschal.eventlog;

import dev.seneschal.eventlog.append.AppendLimits;
import dev.seneschal.eventlog.consumer.ConsumerSettings;
import java.time.Duration;

/**
 * The settings of the log.
 *
 * @param limits how much it takes
 * @param consumers how it delivers
 * @param poll how often readers look without a hint
 * @param partitionDaysAhead for how many days partitions are made ahead
 * @param keyRetention for how long an event that comes again is recognised
 */
public record EventLogSettings(
        AppendLimits limits,
        ConsumerSettings consumers,
        Duration poll,
        int partitionDaysAhead,
        Duration keyRetention) {}
