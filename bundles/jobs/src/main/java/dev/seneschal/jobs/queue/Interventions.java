package dev.seneschal.jobs.queue;

import dev.seneschal.api.audit.Journal;
import dev.seneschal.api.audit.JournalEntry;
import dev.seneschal.api.job.Job;
import dev.seneschal.api.job.JobSummary.State;
import dev.seneschal.api.storage.Scope;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Acts on single jobs for a person, and says so in the journal. It sees what the given scope sees: an identifier of another
 * tenant is simply not there. Safe for use by any thread.
 */
public final class Interventions {

    private static final String CANCEL =
            """
            WITH gone AS (DELETE FROM jobs WHERE id = :id AND state <> 'leased' RETURNING *)
            INSERT INTO job_history (id, tenant_id, type, payload, key, state, priority, attempt, max_attempts, due_at,
                                     created_at, detail)
            SELECT id, tenant_id, type, payload, key, 'cancelled', priority, attempt, max_attempts, due_at,
                   created_at, 'cancelled by ' || :actor
            FROM gone
            RETURNING id, tenant_id, type, payload, attempt, due_at
            """;

    private static final String RETRY =
            """
            WITH gone AS (DELETE FROM job_history WHERE id = :id AND state = 'failed' RETURNING *)
            INSERT INTO jobs (id, tenant_id, type, payload, key, state, priority, max_attempts, due_at, created_at, detail)
            SELECT id, tenant_id, type, payload, key, 'ready', priority, max_attempts, now(),
                   created_at, 'made due again by ' || :actor
            FROM gone
            RETURNING id, tenant_id, type, payload, attempt, due_at
            """;

    private final Journal journal;
    private final Teller teller;

    /** Lets the handler of a job know that the job ends undone. */
    @FunctionalInterface
    public interface Teller {

        /** Tells it in the transaction that ends the job. Returns false if there is no such handler here. */
        boolean tell(Handle transaction, Job job, State state, String reason);
    }

    /** Writes what people do into the journal, and tells handlers what they must know. */
    public Interventions(Journal journal, Teller teller) {
        this.journal = journal;
        this.teller = teller;
    }

    /**
     * Withdraws a job that is not running; returns whether it was withdrawn.
     *
     * @throws IllegalStateException if there is no handler that could end what the job is for
     */
    public boolean cancel(Scope scope, UUID id, String actor) {
        return scope.write(handle -> {
            var job = move(handle, CANCEL, id, actor);
            job.ifPresent(one -> {
                if (!teller.tell(handle, one, State.CANCELLED, "cancelled by " + actor)) {
                    throw new IllegalStateException(
                            "The job cannot be cancelled, because this node has no handler of type " + one.type()
                                    + ", which must know of it. Start the bundle that has it, and try again.");
                }
                note(handle, one, actor, "job.cancel", "withdrawn by a person before it ran");
            });
            return job.isPresent();
        });
    }

    /** Makes a failed job due again with fresh attempts; returns whether it was failed. */
    public boolean retry(Scope scope, UUID id, String actor) {
        return scope.write(handle -> {
            var job = move(handle, RETRY, id, actor);
            job.ifPresent(one -> note(handle, one, actor, "job.retry", "a failed job was made due again by a person"));
            return job.isPresent();
        });
    }

    private static Optional<Job> move(Handle handle, String statement, UUID id, String actor) {
        return handle.createQuery(statement)
                .bind("id", id)
                .bind("actor", actor)
                .map((row, context) -> JobTable.job(row))
                .findOne();
    }

    private void note(Handle handle, Job job, String actor, String action, String reason) {
        journal.record(
                handle,
                new JournalEntry(
                        job.tenant(), actor, action, "job:" + job.id(), reason, null, Map.of("type", job.type())));
        JobTable.wake(handle);
    }
}
