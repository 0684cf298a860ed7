package dev.seneschal.jobs.queue;

import dev.seneschal.api.storage.Storage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes room for what will finish and drops what finished long ago. Several nodes may do so at once. */
public final class History {

    private static final Logger LOG = LoggerFactory.getLogger(History.class);

    private static final int FORGOTTEN_AT_ONCE = 10_000;

    private static final String MAINTAIN = "SELECT job_history_maintain(CAST(:days AS integer))";

    /** A key is forgotten only when its job is over too. */
    private static final String FORGET_KEYS =
            """
            WITH old AS (
                SELECT tenant_id, type, key FROM job_keys
                WHERE added_at < now() - make_interval(days => CAST(:days AS integer))
                  AND NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.id = job_keys.job_id)
                LIMIT :limit)
            DELETE FROM job_keys USING old
            WHERE job_keys.tenant_id = old.tenant_id AND job_keys.type = old.type AND job_keys.key = old.key
            """;

    private final Storage storage;
    private final int days;
    private final int keyDays;

    /**
     * Keeps.
     *
     * @param days how long finished jobs are kept
     * @param keyDays how long idempotency keys are kept
     */
    public History(Storage storage, int days, int keyDays) {
        this.storage = storage;
        this.days = days;
        this.keyDays = keyDays;
    }

    /** Makes the partitions of the coming weeks; drops old ones and old keys. */
    public void maintain() {
        storage.system().run(handle -> {
            var dropped = handle.createQuery(MAINTAIN)
                    .bind("days", days)
                    .mapTo(Integer.class)
                    .one();
            if (dropped > 0) {
                LOG.info("Dropped finished jobs past keeping: weeks={} keptDays={}", dropped, days);
            }
        });
        while (forgetKeys() == FORGOTTEN_AT_ONCE) {
            LOG.debug("There are more keys past keeping");
        }
    }

    private int forgetKeys() {
        return storage.system().write(handle -> handle.createUpdate(FORGET_KEYS)
                .bind("days", keyDays)
                .bind("limit", FORGOTTEN_AT_ONCE)
                .execute());
    }
}
