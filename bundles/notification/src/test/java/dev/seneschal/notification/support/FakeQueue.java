package dev.seneschal.notification.support;

import dev.seneschal.api.job.Job;
import dev.seneschal.api.job.JobQueue;
import dev.seneschal.api.job.JobRequest;
import dev.seneschal.api.job.JobSchedule;
import dev.seneschal.api.job.JobSummary;
import dev.seneschal.api.tenant.TenantId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Keeps what was added, once per key, for the test to hand out as often as it likes. */
public final class FakeQueue implements JobQueue {

    private final List<JobRequest> requests = new ArrayList<>();

    @Override
    public UUID add(Handle transaction, JobRequest request) {
        return add(request);
    }

    @Override
    public UUID add(JobRequest request) {
        if (requests.stream().noneMatch(earlier -> earlier.key().equals(request.key()))) {
            requests.add(request);
        }
        return UUID.randomUUID();
    }

    /** Returns every job added, as a handler gets it. */
    public List<Job> jobs() {
        return requests.stream()
                .map(request -> new Job(
                        UUID.nameUUIDFromBytes(request.key().getBytes(StandardCharsets.UTF_8)),
                        request.tenant(),
                        request.type(),
                        request.payload(),
                        1,
                        Instant.EPOCH))
                .toList();
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
