package dev.seneschal.notification.support;

import dev.seneschal.api.job.JobQueue;
import dev.seneschal.api.job.JobRequest;
import dev.seneschal.api.job.JobSchedule;
import dev.seneschal.api.job.JobSummary;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.jobs.queue.JobTable;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Adds to the table of the real queue; notification asks no more of it. */
public final class RealQueue implements JobQueue {

    private final JobTable table = new JobTable();

    @Override
    public UUID add(Handle transaction, JobRequest request) {
        return table.add(transaction, request);
    }

    @Override
    public UUID add(JobRequest request) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void schedule(JobSchedule schedule) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean unschedule(TenantId tenant, String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<JobSchedule> schedules(TenantId tenant) {
        return List.of();
    }

    @Override
    public List<JobSummary> list(TenantId tenant, String type, JobSummary.State state, int limit) {
        return List.of();
    }

    @Override
    public boolean cancel(UUID id, String actor) {
        return false;
    }

    @Override
    public boolean retry(UUID id, String actor) {
        return false;
    }
}
