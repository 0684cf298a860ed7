package dev.seneschal.jobs.work;

import dev.seneschal.api.job.JobSummary;
import dev.seneschal.api.storage.Storage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** Writes what became of leased jobs, many at once, each only if its lease still holds. Safe for use by any thread. */
final class Completions {

    private static final String OVER =
            """
            WITH ended AS (
                SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:tokens AS uuid[]),
                                     CAST(:results AS text[]), CAST(:details AS text[])) AS e (id, token, result, why)),
            gone AS (
                DELETE FROM jobs USING ended WHERE jobs.id = ended.id AND jobs.lease_token = ended.token
                RETURNING jobs.*, ended.result, ended.why)
            INSERT INTO job_history (id, tenant_id, type, payload, key, state, priority, attempt, max_attempts, due_at,
                                     created_at, detail)
            SELECT id, tenant_id, type, payload, key, result, priority, attempt, max_attempts, due_at, created_at, why
            FROM gone
            RETURNING id
            """;

    private static final String LATER =
            """
            UPDATE jobs
            SET state = CASE WHEN ended.millis > 0 THEN 'waiting' ELSE 'ready' END, attempt = attempt - 1,
                due_at = now() + ended.millis * interval '1 millisecond',
                detail = ended.why, lease_token = NULL, lease_until = NULL, leased_by = NULL
            FROM unnest(CAST(:ids AS uuid[]), CAST(:tokens AS uuid[]),
                        CAST(:millis AS bigint[]), CAST(:details AS text[])) AS ended (id, token, millis, why)
            WHERE jobs.id = ended.id AND jobs.lease_token = ended.token
            RETURNING jobs.id
            """;

    private static final String AGAIN =
            """
            UPDATE jobs
            SET state = CASE WHEN ended.millis > 0 THEN 'waiting' ELSE 'ready' END,
                due_at = now() + ended.millis * interval '1 millisecond',
                detail = ended.why, lease_token = NULL, lease_until = NULL, leased_by = NULL
            FROM unnest(CAST(:ids AS uuid[]), CAST(:tokens AS uuid[]),
                        CAST(:millis AS bigint[]), CAST(:details AS text[])) AS ended (id, token, millis, why)
            WHERE jobs.id = ended.id AND jobs.lease_token = ended.token
            RETURNING jobs.id
            """;

    private static final String BACK =
            """
            UPDATE jobs
            SET state = 'ready', attempt = attempt - 1, lease_token = NULL, lease_until = NULL, leased_by = NULL
            FROM unnest(CAST(:ids AS uuid[]), CAST(:tokens AS uuid[])) AS ended (id, token)
            WHERE jobs.id = ended.id AND jobs.lease_token = ended.token
            RETURNING jobs.id
            """;

    private final Storage storage;

    Completions(Storage storage) {
        this.storage = storage;
    }

    /** A job and what becomes of it. */
    record Completion(Execution execution, Ending ending) {}

    /**
     * Writes them in one transaction; returns the identifiers of those whose lease still held.
     *
     * @throws UntoldException if the handler of one that failed could not be told; then none is written
     */
    Set<UUID> write(List<Completion> batch) {
        var over = of(batch, Ending.Over.class);
        var again = of(batch, Ending.Again.class);
        var later = of(batch, Ending.Later.class);
        var back = of(batch, Ending.Back.class);
        return storage.system().write(handle -> {
            var kept = new HashSet<>(over(handle, over));
            over.stream()
                    .filter(one -> kept.contains(one.execution().job().id()))
                    .forEach(one -> tell(handle, one.execution(), (Ending.Over) one.ending()));
            kept.addAll(again(handle, again));
            kept.addAll(later(handle, later));
            kept.addAll(back(handle, back));
            return kept;
        });
    }

    private static void tell(Handle handle, Execution execution, Ending.Over over) {
        if (over.result() == Ending.Result.FAILED
                && !execution.lane().tell(handle, execution.job(), JobSummary.State.FAILED, over.detail())) {
            throw new UntoldException("its handler is away", null);
        }
    }

    private static List<Completion> of(List<Completion> batch, Class<? extends Ending> kind) {
        return batch.stream().filter(one -> kind.isInstance(one.ending())).toList();
    }

    private static List<UUID> over(Handle handle, List<Completion> batch) {
        if (batch.isEmpty()) {
            return List.of();
        }
        var results = new ArrayList<String>();
        var details = new ArrayList<String>();
        for (var one : batch) {
            var over = (Ending.Over) one.ending();
            results.add(over.result().column());
            details.add(over.detail());
        }
        return leases(handle.createQuery(OVER), batch)
                .bindArray("results", String.class, results)
                .bindArray("details", String.class, details)
                .mapTo(UUID.class)
                .list();
    }

    private static List<UUID> again(Handle handle, List<Completion> batch) {
        var endings = batch.stream().map(one -> (Ending.Again) one.ending()).toList();
        return postpone(
                handle,
                AGAIN,
                batch,
                endings.stream().map(Ending.Again::after).toList(),
                endings.stream().map(Ending.Again::detail).toList());
    }

    private static List<UUID> later(Handle handle, List<Completion> batch) {
        var endings = batch.stream().map(one -> (Ending.Later) one.ending()).toList();
        return postpone(
                handle,
                LATER,
                batch,
                endings.stream().map(Ending.Later::after).toList(),
                endings.stream().map(Ending.Later::detail).toList());
    }

    private static List<UUID> postpone(
            Handle handle, String statement, List<Completion> batch, List<Duration> after, List<String> details) {
        return batch.isEmpty()
                ? List.of()
                : leases(handle.createQuery(statement), batch)
                        .bindArray(
                                "millis",
                                Long.class,
                                after.stream().map(Duration::toMillis).toList())
                        .bindArray("details", String.class, details)
                        .mapTo(UUID.class)
                        .list();
    }

    private static List<UUID> back(Handle handle, List<Completion> batch) {
        return batch.isEmpty()
                ? List.of()
                : leases(handle.createQuery(BACK), batch).mapTo(UUID.class).list();
    }

    private static Query leases(Query query, List<Completion> batch) {
        return query.bindArray(
                        "ids",
                        UUID.class,
                        batch.stream().map(one -> one.execution().job().id()).toList())
                .bindArray(
                        "tokens",
                        UUID.class,
                        batch.stream()
                                .map(one -> one.execution().leased().token())
                                .toList());
    }
}
