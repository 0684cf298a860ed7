package dev.seneschal.jobs.work;

import dev.seneschal.api.job.Job;
import dev.seneschal.api.job.JobSummary;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.jobs.queue.JobTable;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends jobs whose node went silent during their last attempt. Only a node that has a handler of their type can, for it has
 * to be told; until there is one, they stay as they are. Each ends in a transaction of its own, so that a handler which
 * fails takes no other along.
 */
final class GiveUps {

    private static final Logger LOG = LoggerFactory.getLogger(GiveUps.class);

    private static final String FIND =
            """
            SELECT id FROM jobs
            WHERE state = 'leased' AND lease_until < now() AND attempt >= max_attempts
              AND type = ANY (CAST(:types AS text[]))
            ORDER BY lease_until LIMIT 1000
            """;

    private static final String GIVE_UP =
            """
            WITH gone AS (
                DELETE FROM jobs
                WHERE id = :id AND state = 'leased' AND lease_until < now() AND attempt >= max_attempts
                RETURNING *)
            INSERT INTO job_history (id, tenant_id, type, payload, key, state, priority, attempt, max_attempts, due_at,
                                     created_at, detail)
            SELECT id, tenant_id, type, payload, key, 'failed', priority, attempt, max_attempts, due_at, created_at, :reason
            FROM gone
            RETURNING id, tenant_id, type, payload, attempt, due_at
            """;

    private static final String REASON = "gave up: the node went silent during the last attempt";

    private final Storage storage;
    private final Function<String, Lane> lanes;

    /**
     * Prepares.
     *
     * @param lanes by type
     */
    GiveUps(Storage storage, Function<String, Lane> lanes) {
        this.storage = storage;
        this.lanes = lanes;
    }

    /** Ends those of the types; returns how many that were. */
    int end(List<String> types) {
        if (types.isEmpty()) {
            return 0;
        }
        var candidates = storage.system().read(handle -> handle.createQuery(FIND)
                .bindArray("types", String.class, types)
                .mapTo(UUID.class)
                .list());
        return (int) candidates.stream().filter(this::end).count();
    }

    private boolean end(UUID id) {
        try {
            return storage.system().write(handle -> {
                var job = giveUp(handle, id);
                job.ifPresent(one -> tell(handle, one));
                return job.isPresent();
            });
        } catch (UntoldException e) {
            LOG.warn(
                    "A job whose last attempt failed does not end; this is tried again: job={} reason={}",
                    id,
                    e.getMessage(),
                    e.getCause());
            return false;
        }
    }

    private static Optional<Job> giveUp(Handle handle, UUID id) {
        return handle.createQuery(GIVE_UP)
                .bind("id", id)
                .bind("reason", REASON)
                .map((row, context) -> JobTable.job(row))
                .findOne();
    }

    private void tell(Handle handle, Job job) {
        var lane = lanes.apply(job.type());
        if (lane == null || !lane.tell(handle, job, JobSummary.State.FAILED, REASON)) {
            throw new UntoldException("its handler is away", null);
        }
    }
}
