package dev.seneschal.audit.entry;

import dev.seneschal.api.audit.JournalEntry;
import dev.seneschal.api.tenant.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.UUID;

/** Reads entries from the columns of {@code audit_entries}. Safe for use by any thread. */
public final class EntryRow {

    /** The columns, for a query that calls the table {@code e}. */
    public static final String COLUMNS =
            "e.id, e.tenant_id, e.recorded_at, e.actor, e.action, e.target, e.reason, e.policy, e.details, e.format, e.salt";

    private final DetailsJson json = new DetailsJson();

    /**
     * Reads the row.
     *
     * @throws IllegalArgumentException if the row cannot be an entry, which only tampering explains
     */
    public Entry read(ResultSet row) throws SQLException {
        var what = new JournalEntry(
                new TenantId(row.getString("tenant_id")),
                row.getString("actor"),
                row.getString("action"),
                row.getString("target"),
                row.getString("reason"),
                row.getString("policy"),
                json.read(row.getString("details")));
        return new Entry(
                row.getObject("id", UUID.class),
                row.getObject("recorded_at", OffsetDateTime.class).toInstant(),
                what,
                row.getInt("format"),
                row.getBytes("salt"));
    }
}
