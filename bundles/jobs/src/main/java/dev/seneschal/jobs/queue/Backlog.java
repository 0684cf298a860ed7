package dev.seneschal.jobs.queue;

import dev.seneschal.api.storage.Storage;
import java.util.List;

/**
 * How much work there is, in the whole cluster, at the moment it was looked at.
 *
 * @param waiting not due yet
 * @param ready due, and handled by a living node
 * @param leased being done
 * @param parked due, and handled by no living node
 * @param oldestSeconds how long the oldest due and handled work has been due
 * @param parkedTypes the types of the parked work, at most ten
 */
public record Backlog(
        long waiting, long ready, long leased, long parked, double oldestSeconds, List<String> parkedTypes) {

    /** Before anyone has looked. */
    public static final Backlog UNKNOWN = new Backlog(0, 0, 0, 0, 0, List.of());

    /** Each count reads one small index; the types of due work are few, so grouping is cheap. */
    private static final String COUNT =
            """
            WITH handled AS (SELECT DISTINCT unnest(types) AS type FROM job_nodes WHERE alive_until > now()),
            due AS (
                SELECT type, count(*) AS jobs, min(due_at) AS oldest, type IN (SELECT type FROM handled) AS handled
                FROM jobs WHERE state = 'ready' GROUP BY type)
            SELECT (SELECT count(*) FROM jobs WHERE state = 'waiting') AS waiting,
                   (SELECT count(*) FROM jobs WHERE state = 'leased') AS leased,
                   coalesce(sum(jobs) FILTER (WHERE handled), 0) AS ready,
                   coalesce(sum(jobs) FILTER (WHERE NOT handled), 0) AS parked,
                   coalesce(extract(epoch FROM now() - min(oldest) FILTER (WHERE handled)), 0) AS seconds,
                   ARRAY(SELECT type FROM due WHERE NOT handled ORDER BY type LIMIT 10) AS parked_types
            FROM due
            """;

    /** Looks. */
    public static Backlog of(Storage storage) {
        return storage.system().read(handle -> handle.createQuery(COUNT)
                .map((row, context) -> new Backlog(
                        row.getLong("waiting"),
                        row.getLong("ready"),
                        row.getLong("leased"),
                        row.getLong("parked"),
                        row.getDouble("seconds"),
                        List.of((String[]) row.getArray("parked_types").getArray())))
                .one());
    }
}
