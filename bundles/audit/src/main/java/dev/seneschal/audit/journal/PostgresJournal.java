package dev.seneschal.audit.journal;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import dev.seneschal.api.audit.Journal;
import dev.seneschal.api.audit.JournalEntry;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.audit.entry.DetailsJson;
import dev.seneschal.audit.entry.Entry;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Writes entries: one statement in the caller's transaction, without order and without a lock. The sequencer finds what
 * has been committed in {@code audit_pending}. Safe for use by any thread.
 */
@Component
public final class PostgresJournal implements Journal {

    private static final int SALT_BYTES = 16;

    private static final String INSERT =
            """
            WITH entry AS (
                INSERT INTO audit_entries (id, tenant_id, recorded_at, actor, action, target, reason, policy, details,
                                           format, salt, leaf)
                VALUES (:id, :tenant, :recordedAt, :actor, :action, :target, :reason, :policy, CAST(:details AS jsonb),
                        :format, :salt, :leaf)
                RETURNING id
            )
            INSERT INTO audit_pending (entry_id) SELECT id FROM entry""";

    private final Storage storage;
    private final Clock clock;
    private final NoArgGenerator ids = Generators.timeBasedEpochGenerator();
    private final SecureRandom random = new SecureRandom();
    private final DetailsJson json = new DetailsJson();

    @Activate
    public PostgresJournal(@Reference(target = "(schema=audit)") Storage storage) {
        this(storage, Clock.systemUTC());
    }

    /** For tests. */
    public PostgresJournal(Storage storage, Clock clock) {
        this.storage = storage;
        this.clock = clock;
    }

    @Override
    public UUID record(Handle transaction, JournalEntry what) {
        var salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        var entry = Entry.create(ids.generate(), clock.instant(), what, salt);
        var stored = entry.what();
        try (var update = transaction.createUpdate(INSERT)) {
            update.bind("id", entry.id())
                    .bind("tenant", stored.tenant().value())
                    .bind("recordedAt", OffsetDateTime.ofInstant(entry.recordedAt(), ZoneOffset.UTC))
                    .bind("actor", stored.actor())
                    .bind("action", stored.action())
                    .bind("target", stored.target())
                    .bind("reason", stored.reason())
                    .bind("policy", stored.policy())
                    .bind("details", json.write(stored.details()))
                    .bind("format", entry.format())
                    .bind("salt", salt)
                    .bind("leaf", entry.leaf())
                    .execute();
        }
        return entry.id();
    }

    @Override
    public UUID record(JournalEntry entry) {
        return storage.tenant(entry.tenant()).write(transaction -> record(transaction, entry));
    }
}
