package dev.seneschal.jobs;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Settings of the work queue. */
@ObjectClassDefinition(name = "Work queue")
public @interface JobsConfig {
    @AttributeDefinition(description = "Jobs that run at once on this node. 1 to 256.", min = "1", max = "256")
    int workers() default 8;

    @AttributeDefinition(
            description =
                    "Slow jobs of one type that run at once on this node, so that the others are not kept waiting."
                            + " 1 to 256.",
            min = "1",
            max = "256")
    int workersPerType() default 6;

    @AttributeDefinition(description = "Jobs claimed at once. 1 to 5,000.", min = "1", max = "5000")
    int batchSize() default 500;

    @AttributeDefinition(
            description = "Longest wait without a wake-up, in milliseconds. 10 to 60,000.",
            min = "10",
            max = "60000")
    long pollMillis() default 1_000;

    @AttributeDefinition(
            description = "Seconds until the work of a node that went silent is done by another. 3 to 3,600.",
            min = "3",
            max = "3600")
    int leaseSeconds() default 30;

    @AttributeDefinition(
            description = "Seconds that running work may go on when its handler or the queue stops, before it is"
                    + " interrupted. 0 to 600.",
            min = "0",
            max = "600")
    int drainSeconds() default 10;

    @AttributeDefinition(
            description = "Wait after the first failed attempt, in milliseconds; it doubles with each. 1 to 3,600,000.",
            min = "1",
            max = "3600000")
    long retryFirstMillis() default 1_000;

    @AttributeDefinition(
            description = "Longest wait between two attempts, in seconds. 1 to 604,800.",
            min = "1",
            max = "604800")
    int retryLongestSeconds() default 3_600;

    @AttributeDefinition(description = "Days that finished jobs are kept. 1 to 3,650.", min = "1", max = "3650")
    int historyDays() default 90;

    @AttributeDefinition(
            description = "Days that a key prevents a second job, counted from the first. 1 to 36,500.",
            min = "1",
            max = "36500")
    int keyDays() default 400;
}
