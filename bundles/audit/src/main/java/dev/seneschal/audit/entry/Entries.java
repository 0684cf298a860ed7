package dev.seneschal.audit.entry;

import dev.seneschal.api.storage.Scope;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.api.tenant.TenantId;
import java.util.List;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Finds entries, newest first. Safe for use by any thread. */
@Component(service = Entries.class)
public final class Entries {

    private static final String FIND =
            """
            SELECT %s, s.leaf_index
              FROM audit_entries e
              LEFT JOIN audit_sequence s ON s.entry_id = e.id
             WHERE (CAST(:before AS uuid) IS NULL OR e.id < CAST(:before AS uuid))
               AND (CAST(:actor AS text) IS NULL OR e.actor = :actor)
               AND (CAST(:action AS text) IS NULL OR e.action = :action)
               AND (CAST(:target AS text) IS NULL OR e.target = :target)
             ORDER BY e.id DESC
             LIMIT :limit"""
                    .formatted(EntryRow.COLUMNS);

    private final Storage storage;
    private final EntryRow rows = new EntryRow();

    @Activate
    public Entries(@Reference(target = "(schema=audit)") Storage storage) {
        this.storage = storage;
    }

    /** Returns entries of one tenant. */
    public List<Placed> find(TenantId tenant, Filter filter, UUID before, int limit) {
        return find(storage.tenant(tenant), filter, before, limit);
    }

    /** Returns entries of all tenants. */
    public List<Placed> find(Filter filter, UUID before, int limit) {
        return find(storage.system(), filter, before, limit);
    }

    private List<Placed> find(Scope scope, Filter filter, UUID before, int limit) {
        return scope.read(handle -> handle.createQuery(FIND)
                .bind("before", before)
                .bind("actor", filter.actor())
                .bind("action", filter.action())
                .bind("target", filter.target())
                .bind("limit", limit)
                .map((row, context) -> new Placed(rows.read(row), row.getObject("leaf_index", Long.class)))
                .list());
    }

    /**
     * Which entries; a null asks for all.
     *
     * @param actor done by whom
     * @param action what was done
     * @param target to what
     */
    public record Filter(String actor, String action, String target) {}

    /**
     * An entry and its place.
     *
     * @param entry the entry
     * @param index its place, or null while it waits for one
     */
    public record Placed(Entry entry, Long index) {}
}
