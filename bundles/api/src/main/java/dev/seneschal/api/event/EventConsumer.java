package dev.seneschal.api.event;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Processes every event of the log, at least once, in the order of its channel. Register it as a service with the
 * property {@value #NAME}.
 *
 * <p>Its position is a row in the database. It outlives the service: a bundle that was away continues where it stopped.
 * Across all nodes only one call runs at a time for one name and channel.
 */
@ConsumerType
public interface EventConsumer {

    /** Service property, required: the durable name, 1 to 100 lower-case letters, digits, dots and hyphens. */
    String NAME = "event.consumer";

    /** Service property: where a name that was never seen before starts, {@code latest} (the default) or {@code earliest}. */
    String START = "event.start";

    /**
     * Processes the batch. The position moves in the same transaction, {@link EventBatch#transaction()}: what is written
     * there happens exactly once in effect. If it throws, the transaction rolls back and the batch is delivered again
     * after a pause; an event that fails alone, repeatedly, is set aside as a dead letter and reported.
     *
     * @throws Exception if the batch could not be processed
     */
    void consume(EventBatch batch) throws Exception;
}
