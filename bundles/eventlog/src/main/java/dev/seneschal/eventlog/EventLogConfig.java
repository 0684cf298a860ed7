package dev.seneschal.eventlog;

import dev.seneschal.eventlog.append.AppendLimits;
import dev.seneschal.eventlog.append.Appender;
import dev.seneschal.eventlog.consumer.ConsumerSettings;
import java.time.Duration;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The configuration {@value #PID}. */
@ObjectClassDefinition(name = "Event log")
@interface EventLogConfig {

    /** The configuration's name. */
    String PID = "dev.seneschal.eventlog";

    @AttributeDefinition(description = "Events committed together at most. 1 to 10,000.", min = "1", max = "10000")
    int groupEvents() default 2_000;

    @AttributeDefinition(
            description = "Events that may wait to be committed; more are refused. One tenant alone gets three quarters"
                    + " of them. 10,000 to 10,000,000.",
            min = "10000",
            max = "10000000")
    int waitingEvents() default 100_000;

    @AttributeDefinition(
            description = "Memory that waiting events may hold, in megabytes. 8 to 4,096.",
            min = "8",
            max = "4096")
    int waitingMegabytes() default 64;

    @AttributeDefinition(description = "Size of one event at most, in kilobytes. 1 to 4,096.", min = "1", max = "4096")
    int eventKilobytes() default 1_024;

    @AttributeDefinition(
            description = "How often readers look without a hint that something is new, in milliseconds. 50 to 60,000.",
            min = "50",
            max = "60000")
    int pollMillis() default 1_000;

    @AttributeDefinition(
            description = "Events a consumer gets in one call at most. 1 to 10,000.",
            min = "1",
            max = "10000")
    int consumerBatchEvents() default 500;

    @AttributeDefinition(
            description = "How often a consumer tries an event before it becomes a dead letter. 1 to 1,000.",
            min = "1",
            max = "1000")
    int consumerAttempts() default 10;

    @AttributeDefinition(
            description =
                    "Pause after a consumer's first failure, in milliseconds; it doubles each time. 10 to 60,000.",
            min = "10",
            max = "60000")
    int consumerFirstPauseMillis() default 200;

    @AttributeDefinition(
            description = "Longest pause between a consumer's attempts, in seconds. 1 to 3,600.",
            min = "1",
            max = "3600")
    int consumerLongestPauseSeconds() default 60;

    @AttributeDefinition(description = "Days for which partitions are made ahead. 1 to 60.", min = "1", max = "60")
    int partitionDaysAhead() default 7;

    @AttributeDefinition(
            description = "Days for which an event that comes again is recognised. 1 to 3,650.",
            min = "1",
            max = "3650")
    int keyRetentionDays() default 30;

    /** Reads a configuration. */
    final class Reader {

        private Reader() {}

        /** @throws IllegalArgumentException naming the key that is out of range */
        static EventLogSettings settings(EventLogConfig config) {
            check("groupEvents", config.groupEvents(), 1, Appender.MAX_REQUEST);
            check("waitingEvents", config.waitingEvents(), Appender.MAX_REQUEST, 10_000_000);
            check("waitingMegabytes", config.waitingMegabytes(), 8, 4_096);
            check("eventKilobytes", config.eventKilobytes(), 1, 4_096);
            check("pollMillis", config.pollMillis(), 50, 60_000);
            check("consumerBatchEvents", config.consumerBatchEvents(), 1, 10_000);
            check("consumerAttempts", config.consumerAttempts(), 1, 1_000);
            check("consumerFirstPauseMillis", config.consumerFirstPauseMillis(), 10, 60_000);
            check("consumerLongestPauseSeconds", config.consumerLongestPauseSeconds(), 1, 3_600);
            check("partitionDaysAhead", config.partitionDaysAhead(), 1, 60);
            check("keyRetentionDays", config.keyRetentionDays(), 1, 3_650);
            return new EventLogSettings(
                    new AppendLimits(
                            config.groupEvents(),
                            config.waitingEvents(),
                            (long) config.waitingMegabytes() << 20,
                            (long) config.eventKilobytes() << 10),
                    new ConsumerSettings(
                            config.consumerBatchEvents(),
                            config.consumerAttempts(),
                            Duration.ofMillis(config.consumerFirstPauseMillis()),
                            Duration.ofSeconds(config.consumerLongestPauseSeconds())),
                    Duration.ofMillis(config.pollMillis()),
                    config.partitionDaysAhead(),
                    Duration.ofDays(config.keyRetentionDays()));
        }

        private static void check(String key, int value, int least, int most) {
            if (value < least || value > most) {
                throw new IllegalArgumentException(
                        PID + ": " + key + " is " + value + "; it must be " + least + " to " + most + ".");
            }
        }
    }
}
