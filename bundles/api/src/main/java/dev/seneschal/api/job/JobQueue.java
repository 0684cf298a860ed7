package dev.seneschal.api.job;

import dev.seneschal.api.tenant.TenantId;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.osgi.annotation.versioning.ProviderType;

/** The queue of due work: every job is done once per cluster, or its failure is on record. Safe for use by any thread. */
@ProviderType
public interface JobQueue {

    /**
     * Adds work as part of the caller's transaction: it exists if and only if that commits.
     *
     * @param transaction of the tenant's or the system's scope
     * @return the identifier; that of the earlier job if the key was used before
     */
    UUID add(Handle transaction, JobRequest request);

    /** Adds work in a transaction of its own. */
    UUID add(JobRequest request);

    /**
     * Adds or replaces a schedule of the name. Each tick adds one job, once per cluster.
     *
     * @throws IllegalArgumentException if the expression or the zone is not valid, saying why
     */
    void schedule(JobSchedule schedule);

    /** Removes a schedule; jobs it added stay. Returns whether there was one. */
    boolean unschedule(TenantId tenant, String name);

    /** Returns the tenant's schedules, by name. */
    List<JobSchedule> schedules(TenantId tenant);

    /**
     * Returns jobs, newest first.
     *
     * @param tenant whose, or null for all
     * @param type of which type, or null for all
     * @param state in which state, or null for all
     * @param limit how many at most, 1 to 1,000
     */
    List<JobSummary> list(TenantId tenant, String type, JobSummary.State state, int limit);

    /**
     * Withdraws a job that has not begun, and lets its handler know in the same transaction. Returns whether it was
     * withdrawn.
     *
     * @throws IllegalStateException if this node has no handler of the job's type, which alone can end what the job is for
     */
    boolean cancel(UUID id, String actor);

    /** Makes a failed job due again with fresh attempts. Returns whether it was failed. */
    boolean retry(UUID id, String actor);
}
