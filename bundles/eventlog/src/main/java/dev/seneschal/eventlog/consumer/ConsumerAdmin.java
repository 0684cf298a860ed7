package dev.seneschal.eventlog.consumer;

import dev.seneschal.api.audit.Journal;
import dev.seneschal.api.audit.JournalEntry;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.eventlog.channel.Signals;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** What an operator may do about consumers and what they could not process. Safe for use by any thread. */
@Component(service = ConsumerAdmin.class)
public final class ConsumerAdmin {

    private static final String LIST =
            """
            SELECT d.id, d.consumer, d.tenant_id, c.channel, d."offset", d.event ->> 'event_type' AS type, d.error,
                   d.attempts, d.failed_at, d.redeliver
              FROM event_dead_letters d
              JOIN event_channels c ON c.id = d.channel_id
             WHERE d.consumer = coalesce(:consumer, d.consumer)
             ORDER BY d.id
             LIMIT :limit""";

    private static final String REDELIVER =
            """
            UPDATE event_dead_letters
               SET redeliver = true
             WHERE id = ANY (:ids) AND NOT redeliver
            RETURNING consumer, tenant_id, id""";

    private static final String DISCARD =
            """
            DELETE FROM event_dead_letters
             WHERE id = ANY (:ids)
            RETURNING consumer, tenant_id, id""";

    private static final String FORGET = "DELETE FROM event_consumers WHERE name = :name";

    private final Storage storage;
    private final Journal journal;

    @Activate
    public ConsumerAdmin(@Reference(target = "(schema=eventlog)") Storage storage, @Reference Journal journal) {
        this.storage = storage;
        this.journal = journal;
    }

    /**
     * Returns dead letters, oldest first.
     *
     * @param consumer of which consumer, or null for all
     */
    public List<DeadLetter> deadLetters(String consumer, int limit) {
        return storage.system().<List<DeadLetter>, RuntimeException>read(handle -> handle.createQuery(LIST)
                .bind("consumer", consumer)
                .bind("limit", limit)
                .map(ConsumerAdmin::deadLetter)
                .list());
    }

    private static DeadLetter deadLetter(ResultSet row, StatementContext context) throws SQLException {
        return new DeadLetter(
                row.getObject("id", UUID.class),
                row.getString("consumer"),
                new TenantId(row.getString("tenant_id")),
                row.getString("channel"),
                row.getLong("offset"),
                row.getString("type"),
                row.getString("error"),
                row.getInt("attempts"),
                row.getObject("failed_at", OffsetDateTime.class).toInstant(),
                row.getBoolean("redeliver"));
    }

    /**
     * Asks for dead letters to be delivered again, on whichever node their consumer is. One that fails again stays.
     *
     * @param actor who asks, for the journal
     * @return how many were found
     */
    public int redeliver(List<UUID> ids, String actor) {
        return storage.system().<Integer, RuntimeException>write(handle -> {
            int count = change(handle, REDELIVER, ids, actor, "event.redeliver", "asked to deliver it again");
            if (count > 0) {
                handle.execute("SELECT pg_notify(?, '')", Signals.NOTIFICATION);
            }
            return count;
        });
    }

    /**
     * Throws dead letters away.
     *
     * @param actor who asks, for the journal
     * @return how many were found
     */
    public int discard(List<UUID> ids, String actor) {
        return storage.system()
                .<Integer, RuntimeException>write(
                        handle -> change(handle, DISCARD, ids, actor, "event.discard", "asked to throw it away"));
    }

    private int change(Handle handle, String sql, List<UUID> ids, String actor, String action, String reason) {
        var entries = handle.createQuery(sql)
                .bindArray("ids", UUID.class, ids)
                .map((row, context) -> new JournalEntry(
                        new TenantId(row.getString("tenant_id")),
                        actor,
                        action,
                        "dead-letter:" + row.getString("id"),
                        reason,
                        null,
                        Map.of("consumer", row.getString("consumer"))))
                .list();
        entries.forEach(entry -> journal.record(handle, entry));
        return entries.size();
    }

    /**
     * Forgets a consumer that will not come back: its positions and its dead letters. If it does come back, it is new.
     *
     * @param actor who asks, for the journal
     * @return whether it was known
     */
    public boolean forget(String consumer, String actor) {
        return storage.system().<Boolean, RuntimeException>write(handle -> {
            boolean known = handle.createUpdate(FORGET).bind("name", consumer).execute() > 0;
            if (known) {
                journal.record(
                        handle,
                        new JournalEntry(
                                TenantId.DEFAULT,
                                actor,
                                "event.forget-consumer",
                                "consumer:" + consumer,
                                "asked to forget its positions and dead letters",
                                null,
                                Map.of()));
            }
            return known;
        });
    }
}
