package dev.seneschal.access.tenant;

import dev.seneschal.api.audit.Journal;
import dev.seneschal.api.audit.JournalEntry;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.api.tenant.Tenant;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.api.tenant.Tenants;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * The tenants of the database. Their names are kept in memory until the database tells of a change, and for half a minute
 * at most. Safe for use by any thread.
 */
@Component(service = Tenants.class)
public final class TenantService implements Tenants, AutoCloseable {

    private static final Duration LIFE = Duration.ofSeconds(30);

    private static final String INSERT =
            """
            INSERT INTO tenants (id, title) VALUES (:id, :title)
            ON CONFLICT (id) DO NOTHING
            RETURNING created_at
            """;

    private final Storage storage;
    private final Journal journal;
    private final Clock clock;
    private Storage.Listening listening;

    private Names names;
    private long generation;

    @Activate
    public TenantService(@Reference(target = "(schema=access)") Storage storage, @Reference Journal journal) {
        this(storage, journal, Clock.systemUTC());
    }

    /** Prepares; until {@link #start}, changes of other nodes are not seen. */
    public TenantService(Storage storage, Journal journal, Clock clock) {
        this.storage = storage;
        this.journal = journal;
        this.clock = clock;
    }

    /** Begins to listen for changes. */
    @Activate
    public void start() {
        listening = storage.listen("access_changed", table -> forget());
    }

    @Override
    public Tenant create(TenantId id, String title, String actor) {
        if (title == null
                || title.isBlank()
                || title.length() > 200
                || title.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "The title of a tenant has 1 to 200 characters, none of them a control character.");
        }
        var tenant = storage.system().write(handle -> {
            var created = handle.createQuery(INSERT)
                    .bind("id", id.value())
                    .bind("title", title)
                    .mapTo(OffsetDateTime.class)
                    .findOne()
                    .orElseThrow(() -> new IllegalStateException("There is a tenant '" + id + "' already."));
            var entry = new JournalEntry(
                    id, actor, "access.tenant-create", "tenant:" + id, "Asked for by " + actor + ".", null, Map.of());
            journal.record(handle, entry);
            return new Tenant(id, title, created.toInstant());
        });
        forget();
        return tenant;
    }

    @Override
    public List<Tenant> list() {
        return storage.system().read(handle -> handle.createQuery(
                        "SELECT id, title, created_at FROM tenants ORDER BY id")
                .map((row, context) -> new Tenant(
                        new TenantId(row.getString("id")),
                        row.getString("title"),
                        row.getObject("created_at", OffsetDateTime.class).toInstant()))
                .list());
    }

    @Override
    public boolean exists(TenantId id) {
        long before;
        synchronized (this) {
            if (names != null && names.until.isAfter(clock.instant())) {
                return names.ids.contains(id);
            }
            before = generation;
        }
        var ids = list().stream().map(Tenant::id).collect(Collectors.toUnmodifiableSet());
        synchronized (this) {
            if (before == generation) {
                names = new Names(ids, clock.instant().plus(LIFE));
            }
        }
        return ids.contains(id);
    }

    private synchronized void forget() {
        generation++;
        names = null;
    }

    @Deactivate
    @Override
    public void close() {
        listening.close();
    }

    private record Names(Set<TenantId> ids, Instant until) {}
}
