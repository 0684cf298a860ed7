package dev.seneschal.api.job;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Does one type of work. Register it as a service with the property {@value #TYPE}.
 *
 * <p>Called by several threads at once. Work may be handed out again after a crash, so its effect must be idempotent:
 * {@link Job#id()} is the same on every attempt. While no handler of a type is registered, its work is parked.
 */
@ConsumerType
public interface JobHandler {

    /** Service property, required: the type of work. */
    String TYPE = "job.type";

    /**
     * Does the work. An exception counts as {@link JobOutcome.Retry} with the queue's own backoff. The thread is
     * interrupted when the handler's bundle stops and it has not returned within the drain time.
     *
     * @throws Exception if it could not be done this time
     */
    JobOutcome handle(Job job) throws Exception;
}
