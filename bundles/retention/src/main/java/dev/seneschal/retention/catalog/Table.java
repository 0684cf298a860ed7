package dev.seneschal.retention.catalog;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A table of this database as the live catalog describes it.
 *
 * @param oid PostgreSQL's number for it: another table of the same name has another one
 * @param name its name
 * @param columns its columns, in order
 * @param key the columns of its primary key, or of a unique key without nulls; empty if it has neither
 * @param isNeeded whether there is a view of its rows that are needed, see {@link #NEEDED}
 * @param mayDelete whether the pool's role may read and delete its rows
 * @param referrers tables whose foreign keys point to it
 * @param indexed the columns that lead an index, behind the tenant's or not
 */
public record Table(
        long oid,
        String name,
        List<Column> columns,
        List<Column> key,
        boolean isNeeded,
        boolean mayDelete,
        List<String> referrers,
        List<String> indexed) {

    /** The column that says whose a row is. */
    public static final String TENANT = "tenant_id";

    /**
     * What the name of a view adds to a table's. Whoever owns a table may define such a view with the table's key columns:
     * the rows it shows are not due, however old. It is a view and not a service so that it also holds while its owner's
     * bundle is away.
     */
    static final String NEEDED = "_needed";

    /** Returns the column of that name. */
    public Optional<Column> column(String name) {
        return columns.stream().filter(column -> column.name().equals(name)).findFirst();
    }

    /** Returns the columns COPY writes and reads: those PostgreSQL does not compute. */
    public List<Column> stored() {
        return columns.stream().filter(column -> !column.isGenerated()).toList();
    }

    /** Returns a hash over everything about its shape that a run relies on. */
    public String fingerprint() {
        var shape = columns.stream().map(Column::toString).collect(Collectors.joining("\n"))
                + "\nkey " + key.stream().map(Column::name).collect(Collectors.joining("\n"))
                + "\noid " + oid;
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(shape.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
