package dev.seneschal.jobs.work;

import dev.seneschal.api.job.Job;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.jobs.queue.JobTable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Takes and keeps leases in the table of due work. Every time is the database's: nodes need not agree on the hour. Safe for
 * use by any thread.
 */
final class Leases {

    private static final String PROMOTE =
            """
            WITH due AS (
                SELECT id FROM jobs WHERE state = 'waiting' AND due_at <= now()
                ORDER BY due_at LIMIT 1000 FOR UPDATE SKIP LOCKED)
            UPDATE jobs SET state = 'ready' FROM due WHERE jobs.id = due.id
            """;

    private static final String CLAIM =
            """
            WITH wanted AS (
                SELECT * FROM unnest(CAST(:types AS text[]), CAST(:rooms AS bigint[])) AS w (type, room)),
            due AS (
                SELECT next.id
                FROM wanted CROSS JOIN LATERAL (
                    SELECT id, priority, due_at FROM jobs
                    WHERE state = 'ready' AND type = wanted.type
                    ORDER BY priority DESC, due_at, id LIMIT wanted.room FOR UPDATE SKIP LOCKED) AS next
                ORDER BY next.priority DESC, next.due_at, next.id LIMIT :limit)
            UPDATE jobs
            SET state = 'leased', attempt = attempt + 1, lease_token = :token, leased_by = :node,
                lease_until = now() + make_interval(secs => :seconds)
            FROM due WHERE jobs.id = due.id
            RETURNING jobs.id, tenant_id, jobs.type, payload, attempt, max_attempts, jobs.priority, jobs.due_at
            """;

    private static final String NEXT_DUE =
            """
            SELECT CAST(ceil(extract(epoch FROM min(due_at) - clock_timestamp()) * 1000) AS bigint)
            FROM jobs WHERE state = 'waiting'
            """;

    private static final String RENEW =
            """
            UPDATE jobs SET lease_until = now() + make_interval(secs => :seconds)
            FROM unnest(CAST(:ids AS uuid[]), CAST(:tokens AS uuid[])) AS held (id, token)
            WHERE jobs.id = held.id AND jobs.lease_token = held.token
            RETURNING jobs.id
            """;

    private static final String REVIVE =
            """
            WITH expired AS (
                SELECT id FROM jobs WHERE state = 'leased' AND lease_until < now() AND attempt < max_attempts
                ORDER BY lease_until LIMIT 1000 FOR UPDATE SKIP LOCKED)
            UPDATE jobs
            SET state = 'ready', lease_token = NULL, lease_until = NULL, leased_by = NULL,
                detail = 'the node that had it went silent during attempt ' || attempt
            FROM expired WHERE jobs.id = expired.id
            """;

    private static final String HEARTBEAT =
            """
            INSERT INTO job_nodes (node, types, alive_until)
            VALUES (:node, CAST(:types AS text[]), now() + make_interval(secs => :seconds))
            ON CONFLICT (node) DO UPDATE SET types = excluded.types, alive_until = excluded.alive_until
            """;

    private static final String FORGET =
            "DELETE FROM job_nodes WHERE node = :node OR alive_until < now() - interval '1 hour'";

    private final Storage storage;
    private final UUID node;
    private final double seconds;

    Leases(Storage storage, UUID node, Duration lease) {
        this.storage = storage;
        this.node = node;
        this.seconds = lease.toMillis() / 1_000.0;
    }

    /**
     * What one round brought.
     *
     * @param leased the work that is now this node's
     * @param nextDueMillis how long until something else becomes due, or null if nothing will
     */
    record Round(List<Leased> leased, Long nextDueMillis) {}

    /** Work this node has, and the proof of it. */
    record Leased(Job job, UUID token, int priority, int maxAttempts) {}

    /**
     * Makes due what has become due, and takes the most urgent of it.
     *
     * @param rooms how many jobs of each type are wanted
     * @param limit how many in all
     */
    Round claim(Map<String, Integer> rooms, int limit) {
        return storage.system().write(handle -> {
            handle.createUpdate(PROMOTE).execute();
            var leased = rooms.isEmpty() ? List.<Leased>of() : claim(handle, rooms, limit);
            var nextDue = handle.createQuery(NEXT_DUE).mapTo(Long.class).findOne();
            return new Round(leased, nextDue.orElse(null));
        });
    }

    private List<Leased> claim(Handle handle, Map<String, Integer> rooms, int limit) {
        var token = UUID.randomUUID();
        var types = new ArrayList<>(rooms.keySet());
        return handle.createQuery(CLAIM)
                .bindArray("types", String.class, types)
                .bindArray(
                        "rooms",
                        Long.class,
                        types.stream().map(type -> rooms.get(type).longValue()).toList())
                .bind("limit", limit)
                .bind("token", token)
                .bind("node", node)
                .bind("seconds", seconds)
                .map((row, context) -> leased(row, token))
                .list();
    }

    private static Leased leased(ResultSet row, UUID token) throws SQLException {
        return new Leased(JobTable.job(row), token, row.getInt("priority"), row.getInt("max_attempts"));
    }

    /** Renews what this node has in one statement; returns the identifiers of what it still has. */
    Set<UUID> renew(List<Leased> held) {
        return storage.system()
                .write(handle -> new HashSet<>(handle.createQuery(RENEW)
                        .bindArray(
                                "ids",
                                UUID.class,
                                held.stream().map(one -> one.job().id()).toList())
                        .bindArray(
                                "tokens",
                                UUID.class,
                                held.stream().map(Leased::token).toList())
                        .bind("seconds", seconds)
                        .mapTo(UUID.class)
                        .list()));
    }

    /** Takes back what silent nodes had and may be tried again; returns how many jobs that were. */
    int revive() {
        return storage.system().write(handle -> handle.createUpdate(REVIVE).execute());
    }

    /** Says that this node lives and what it handles. */
    void announce(Set<String> types) {
        storage.system().run(handle -> handle.createUpdate(HEARTBEAT)
                .bind("node", node)
                .bindArray("types", String.class, List.copyOf(types))
                .bind("seconds", seconds)
                .execute());
    }

    /** Says that this node leaves; forgets those that left without a word long ago. */
    void leave() {
        storage.system()
                .run(handle -> handle.createUpdate(FORGET).bind("node", node).execute());
    }
}
