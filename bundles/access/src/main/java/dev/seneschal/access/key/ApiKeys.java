package dev.seneschal.access.key;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import dev.seneschal.access.Grants;
import dev.seneschal.api.access.Access.ApiKey;
import dev.seneschal.api.access.Access.CreatedKey;
import dev.seneschal.api.audit.Journal;
import dev.seneschal.api.audit.JournalEntry;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.api.tenant.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Creates, finds and revokes API keys. A found key is remembered for a second, and forgotten at once when any key changes
 * and the database's notice arrives. Safe for use by any thread.
 */
public final class ApiKeys implements AutoCloseable {

    private static final String COLUMNS =
            "id, tenant_id, name, prefix, permissions, created_at, expires_at, revoked_at, secret_sha256";

    private static final String TENANT = "SELECT EXISTS (SELECT FROM tenants WHERE id = :tenant)";

    private static final String INSERT =
            """
            INSERT INTO api_keys (id, tenant_id, name, prefix, secret_sha256, permissions, created_by, expires_at)
            VALUES (:id, :tenant, :name, :prefix, :hash, :permissions, :actor, :expires)
            ON CONFLICT (tenant_id, name) WHERE revoked_at IS NULL DO NOTHING
            RETURNING created_at
            """;

    private static final String LIST = "SELECT " + COLUMNS + " FROM api_keys ORDER BY created_at DESC, id DESC";

    private static final String FIND = "SELECT " + COLUMNS + " FROM api_keys WHERE secret_sha256 = :hash";

    private static final String REVOKE =
            """
            UPDATE api_keys
               SET revoked_at = now(), revoked_by = :actor
             WHERE id = :id AND revoked_at IS NULL
            RETURNING expires_at IS NULL OR expires_at > now() AS valid
            """;

    /** The last year that everyone writes with four digits. */
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    private final Storage storage;
    private final Journal journal;
    private final Clock clock;
    private final NoArgGenerator ids = Generators.timeBasedEpochGenerator();
    private final FoundKeys found;
    private Storage.Listening listening;

    /** Prepares; until {@link #start}, changes of other nodes are not seen. */
    public ApiKeys(Storage storage, Journal journal, Clock clock) {
        this.storage = storage;
        this.journal = journal;
        this.clock = clock;
        this.found = new FoundKeys(clock);
    }

    /** Begins to listen for changes. */
    public void start() {
        listening = storage.listen("access_changed", table -> found.clear());
    }

    /** Creates a key; see {@link dev.seneschal.api.access.Access#createKey}. */
    public CreatedKey create(TenantId tenant, String name, Set<String> permissions, Instant expiresAt, String actor) {
        check(name, permissions, expiresAt);
        var secret = Secret.generate();
        var id = ids.generate();
        var granted = new TreeSet<>(permissions);
        var created = storage.tenant(tenant).write(handle -> {
            requireTenant(handle, tenant);
            var at = handle.createQuery(INSERT)
                    .bind("id", id)
                    .bind("tenant", tenant.value())
                    .bind("name", name)
                    .bind("prefix", secret.prefix())
                    .bind("hash", secret.hash())
                    .bindArray("permissions", String.class, granted)
                    .bind("actor", actor)
                    .bind("expires", expiresAt == null ? null : expiresAt.atOffset(ZoneOffset.UTC))
                    .mapTo(OffsetDateTime.class)
                    .findOne()
                    .orElseThrow(() ->
                            new IllegalStateException("There is a key named '" + name + "' already; revoke it first."));
            journal.record(
                    handle,
                    entry(tenant, actor, "access.key-create", id, Map.of("permissions", String.join(" ", granted))));
            return at;
        });
        var key = new ApiKey(id, tenant, name, secret.prefix(), granted, created.toInstant(), expiresAt, null);
        return new CreatedKey(key, secret.text());
    }

    private void check(String name, Set<String> permissions, Instant expiresAt) {
        if (name == null
                || name.isBlank()
                || name.length() > 100
                || name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "The name of a key has 1 to 100 characters, none of them a control character.");
        }
        if (permissions.isEmpty()) {
            throw new IllegalArgumentException("A key needs at least one permission.");
        }
        permissions.forEach(Grants::check);
        if (expiresAt != null && !expiresAt.isAfter(clock.instant())) {
            throw new IllegalArgumentException("The key would have expired already, at " + expiresAt + ".");
        }
        if (expiresAt != null && expiresAt.isAfter(LATEST)) {
            throw new IllegalArgumentException("A key cannot expire after " + LATEST + "; leave it out for never.");
        }
    }

    private static void requireTenant(Handle handle, TenantId tenant) {
        boolean exists = handle.createQuery(TENANT)
                .bind("tenant", tenant.value())
                .mapTo(Boolean.class)
                .one();
        if (!exists) {
            throw new IllegalArgumentException("There is no tenant '" + tenant + "'.");
        }
    }

    /** Returns the tenant's keys, newest first. */
    public List<ApiKey> list(TenantId tenant) {
        return storage.tenant(tenant).read(handle -> handle.createQuery(LIST)
                .map((row, context) -> stored(row).key())
                .list());
    }

    /** Revokes a key. Returns whether it was valid until now. */
    public boolean revoke(TenantId tenant, UUID id, String actor) {
        boolean valid = storage.tenant(tenant).write(handle -> {
            var revoked = handle.createQuery(REVOKE)
                    .bind("id", id)
                    .bind("actor", actor)
                    .mapTo(Boolean.class)
                    .findOne();
            if (revoked.isPresent()) {
                journal.record(handle, entry(tenant, actor, "access.key-revoke", id, Map.of()));
            }
            return revoked.orElse(false);
        });
        found.clear();
        return valid;
    }

    /** Returns the key of this secret, if there is one and it is valid now. */
    public Optional<ApiKey> find(String text) {
        return Secret.parse(text)
                .flatMap(secret -> found.get(secret, this::read))
                .filter(this::isValid);
    }

    private Optional<StoredKey> read(Secret secret) {
        return storage.system().read(handle -> handle.createQuery(FIND)
                .bind("hash", secret.hash())
                .map((row, context) -> stored(row))
                .findOne());
    }

    private boolean isValid(ApiKey key) {
        return key.revokedAt() == null
                && (key.expiresAt() == null || key.expiresAt().isAfter(clock.instant()));
    }

    private static StoredKey stored(ResultSet row) throws SQLException {
        var key = new ApiKey(
                row.getObject("id", UUID.class),
                new TenantId(row.getString("tenant_id")),
                row.getString("name"),
                row.getString("prefix"),
                Set.of((String[]) row.getArray("permissions").getArray()),
                instant(row, "created_at"),
                instant(row, "expires_at"),
                instant(row, "revoked_at"));
        return new StoredKey(key, row.getBytes("secret_sha256"));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        var time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private static JournalEntry entry(
            TenantId tenant, String actor, String action, UUID key, Map<String, String> details) {
        return new JournalEntry(tenant, actor, action, "key:" + key, "Asked for by " + actor + ".", null, details);
    }

    /** Stops listening. */
    @Override
    public void close() {
        listening.close();
    }
}
