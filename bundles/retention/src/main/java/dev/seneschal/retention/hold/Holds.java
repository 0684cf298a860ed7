package dev.seneschal.retention.hold;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import dev.seneschal.api.audit.Journal;
import dev.seneschal.api.audit.JournalEntry;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.api.tenant.TenantId;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Holds: what is under one is not deleted, whoever asks. Safe for use by any thread.
 *
 * <p>Placing a hold waits for deletions that have begun on the table and lets none begin until it is committed. So when it
 * returns, nothing under it goes any more, and what it counts is what is still there.
 */
@Component(service = Holds.class)
public final class Holds {

    private static final String LOCK =
            "SELECT pg_advisory_xact_lock%s(hashtextextended(:tenant || '/' || :table, 5042))";

    private final Storage storage;
    private final Journal journal;
    private final NoArgGenerator ids = Generators.timeBasedEpochGenerator();

    @Activate
    public Holds(@Reference(target = "(schema=retention)") Storage storage, @Reference Journal journal) {
        this.storage = storage;
        this.journal = journal;
    }

    /**
     * Keeps holds from being placed on the table until the transaction ends. It must be a statement of its own before the
     * deletion: only then does the deletion see every hold that was placed before.
     */
    public static void keepOut(Handle transaction, TenantId tenant, String table) {
        lock(transaction, "_shared", tenant, table);
    }

    private static void lock(Handle transaction, String mode, TenantId tenant, String table) {
        transaction
                .createQuery(LOCK.formatted(mode))
                .bind("tenant", tenant.value())
                .bind("table", table)
                .mapTo(String.class)
                .one();
    }

    /**
     * Places a hold.
     *
     * @param keys the rows, each by the values of its key in order, as PostgreSQL prints them; empty holds the whole table
     * @return the hold's identifier
     */
    public UUID place(TenantId tenant, String table, List<List<String>> keys, String reason, String actor) {
        return storage.tenant(tenant).write(handle -> {
            lock(handle, "", tenant, table);
            var id = ids.generate();
            handle.createUpdate(
                            """
                            INSERT INTO retention_holds (id, tenant_id, table_name, reason, placed_by)
                            VALUES (:id, :tenant, :table, :reason, :actor)""")
                    .bind("id", id)
                    .bind("tenant", tenant.value())
                    .bind("table", table)
                    .bind("reason", reason)
                    .bind("actor", actor)
                    .execute();
            if (keys.isEmpty()) {
                hold(handle, id, tenant, table, null);
            }
            keys.forEach(key -> hold(handle, id, tenant, table, key));
            record(handle, tenant, "retention.place-hold", id, table, reason, actor, keys.size());
            return id;
        });
    }

    private static void hold(Handle handle, UUID id, TenantId tenant, String table, List<String> key) {
        try (var insert = handle.createUpdate(
                """
                INSERT INTO retention_hold_keys (hold_id, tenant_id, table_name, row_key)
                VALUES (:id, :tenant, :table, CAST(to_jsonb(CAST(:key AS text[])) AS text))
                ON CONFLICT DO NOTHING""")) {
            insert.bind("id", id)
                    .bind("tenant", tenant.value())
                    .bind("table", table)
                    .bind("key", key == null ? null : key.toArray(String[]::new))
                    .execute();
        }
    }

    /** Releases a hold. Returns whether it was in force. */
    public boolean release(TenantId tenant, UUID id, String reason, String actor) {
        return storage.tenant(tenant).write(handle -> {
            var table = handle.createQuery(
                            """
                            UPDATE retention_holds SET released_by = :actor, released_at = now()
                             WHERE id = :id AND released_at IS NULL
                            RETURNING table_name""")
                    .bind("id", id)
                    .bind("actor", actor)
                    .mapTo(String.class)
                    .findOne();
            if (table.isEmpty()) {
                return false;
            }
            int keys = handle.createUpdate("DELETE FROM retention_hold_keys WHERE hold_id = :id")
                    .bind("id", id)
                    .execute();
            record(handle, tenant, "retention.release-hold", id, table.get(), reason, actor, keys);
            return true;
        });
    }

    private void record(
            Handle handle,
            TenantId tenant,
            String action,
            UUID id,
            String table,
            String reason,
            String actor,
            int keys) {
        journal.record(
                handle,
                new JournalEntry(
                        tenant,
                        actor,
                        action,
                        "table:" + table,
                        reason,
                        null,
                        Map.of("hold", id.toString(), "keys", String.valueOf(keys))));
    }
}
