package dev.seneschal.api.job;

import org.jdbi.v3.core.Handle;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Does one type of work. Register it as a service with the property {@value #TYPE}.
 *
 * <p>Called by several threads at once. Work may be handed out again after a crash, so its effect must be idempotent:
 * {@link Job#id()} is the same on every attempt. While no handler of a type is registered, its work is parked: it is
 * neither cancelled nor given up.
 */
@ConsumerType
public interface JobHandler {

    /** Service property, required: the type of work. */
    String TYPE = "job.type";

    /**
     * Does the work. An exception counts as {@link JobOutcome.Retry} with the queue's own backoff; a {@link
     * dev.seneschal.api.storage.StorageUnavailableException}, or one caused by it, as {@link JobOutcome.NotNow}. The
     * thread is interrupted when the handler's bundle stops and it has not returned within the drain time.
     *
     * @throws Exception if it could not be done this time
     */
    JobOutcome handle(Job job) throws Exception;

    /**
     * Learns that a job of its type ends undone, whoever decided that: a person cancelled it, its last attempt failed, its
     * node went silent during the last one, or {@link #handle} answered {@link JobOutcome.Failed}. What the job was for
     * must end here too. The job and this end together: if this throws, the job does not end, and a failed one is tried
     * again later.
     *
     * @param transaction the one that ends the job; of the job's tenant or of the system's scope, and not to be committed
     * @param job the job, with the number of its last attempt
     * @param state {@link JobSummary.State#CANCELLED} or {@link JobSummary.State#FAILED}
     * @param reason for the operator
     */
    default void ended(Handle transaction, Job job, JobSummary.State state, String reason) {}
}
