package dev.seneschal.access.account;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import dev.seneschal.api.audit.Journal;
import dev.seneschal.api.audit.JournalEntry;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.api.tenant.TenantId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Who is logged in: one row per account and address, for as long as it is used at least once in the idle window.
 *
 * <p>The accounts are the host's, so the rows belong to the default tenant. A session in use is written to the database
 * once a minute, not on every request. Safe for use by any thread.
 */
final class AdminSessions {

    private static final Duration WRITE_EVERY = Duration.ofMinutes(1);
    private static final int REMEMBERED = 10_000;

    private static final String END_IDLE =
            """
            UPDATE admin_sessions
               SET ended_at = last_seen_at + CAST(:idle AS interval)
             WHERE ended_at IS NULL AND last_seen_at < now() - CAST(:idle AS interval)
            """;

    private static final String TOUCH =
            """
            INSERT INTO admin_sessions (id, tenant_id, account, remote_address)
            VALUES (:id, :tenant, :account, :address)
            ON CONFLICT (tenant_id, account, remote_address) WHERE ended_at IS NULL
            DO UPDATE SET last_seen_at = greatest(admin_sessions.last_seen_at, now())
            RETURNING id
            """;

    private final Storage storage;
    private final Journal journal;
    private final Duration idle;
    private final Clock clock;
    private final NoArgGenerator ids = Generators.timeBasedEpochGenerator();
    private final Map<Key, Seen> written = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Seen> eldest) {
            return size() > REMEMBERED;
        }
    };

    AdminSessions(Storage storage, Journal journal, Duration idle, Clock clock) {
        this.storage = storage;
        this.journal = journal;
        this.idle = idle;
        this.clock = clock;
    }

    /** Returns the session of an account that has just proved who it is, begun now if there is none. */
    UUID touch(String account, String address) {
        var key = new Key(account, address);
        var now = clock.instant();
        synchronized (written) {
            var seen = written.get(key);
            if (seen != null && seen.at.plus(WRITE_EVERY).isAfter(now)) {
                return seen.session;
            }
        }
        var session = storage.tenant(TenantId.DEFAULT).write(handle -> write(handle, key));
        synchronized (written) {
            written.put(key, new Seen(session, now));
        }
        return session;
    }

    private UUID write(Handle handle, Key key) {
        handle.createUpdate(END_IDLE).bind("idle", idle.toString()).execute();
        var fresh = ids.generate();
        var session = handle.createQuery(TOUCH)
                .bind("id", fresh)
                .bind("tenant", TenantId.DEFAULT.value())
                .bind("account", key.account)
                .bind("address", key.address)
                .mapTo(UUID.class)
                .one();
        if (session.equals(fresh)) {
            journal.record(
                    handle,
                    new JournalEntry(
                            TenantId.DEFAULT,
                            "user:" + key.account,
                            "access.login",
                            "session:" + session,
                            "The account proved its password.",
                            null,
                            Map.of()));
        }
        return session;
    }

    private record Key(String account, String address) {}

    private record Seen(UUID session, Instant at) {}
}
