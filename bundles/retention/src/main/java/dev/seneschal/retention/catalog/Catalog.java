package dev.seneschal.retention.catalog;

import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Reads PostgreSQL's catalog. */
public final class Catalog {

    private static final String TABLE =
            """
            SELECT c.oid,
                   EXISTS (SELECT FROM pg_class v
                            WHERE v.relnamespace = c.relnamespace
                              AND v.relname = c.relname || :needed
                              AND v.relkind = 'v') AS is_needed,
                   has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'DELETE') AS may_delete
              FROM pg_class c
             WHERE c.relnamespace = current_schema()::regnamespace
               AND c.relname = :name
               AND c.relkind IN ('r', 'p')
               AND NOT c.relispartition""";

    private static final String COLUMNS =
            """
            SELECT attname, format_type(atttypid, atttypmod) AS type, attnotnull, attgenerated <> '' AS generated
              FROM pg_attribute
             WHERE attrelid = :oid AND attnum > 0 AND NOT attisdropped
             ORDER BY attnum""";

    private static final String KEY =
            """
            SELECT a.attname
              FROM (SELECT indrelid, indkey
                      FROM pg_index
                     WHERE indrelid = :oid AND indisunique AND indisvalid AND indpred IS NULL AND indexprs IS NULL
                       AND NOT EXISTS (SELECT FROM pg_attribute n
                                        WHERE n.attrelid = indrelid AND n.attnum = ANY (indkey) AND NOT n.attnotnull)
                     ORDER BY indisprimary DESC, indnkeyatts, indexrelid
                     LIMIT 1) i,
                   unnest(i.indkey) WITH ORDINALITY AS k(attnum, place)
              JOIN pg_attribute a ON a.attrelid = :oid AND a.attnum = k.attnum
             ORDER BY k.place""";

    private static final String REFERRERS =
            """
            SELECT DISTINCT conrelid::regclass::text
              FROM pg_constraint
             WHERE confrelid = :oid AND contype = 'f' AND conparentid = 0
             ORDER BY 1""";

    private static final String INDEXED =
            """
            SELECT DISTINCT a.attname
              FROM pg_index i
              JOIN pg_attribute a ON a.attrelid = i.indrelid
             WHERE i.indrelid = :oid
               AND i.indpred IS NULL
               AND (a.attnum = i.indkey[0]
                    OR a.attnum = i.indkey[1]
                       AND EXISTS (SELECT FROM pg_attribute f
                                    WHERE f.attrelid = i.indrelid AND f.attnum = i.indkey[0] AND f.attname = 'tenant_id'))""";

    private Catalog() {}

    /** Returns the table of that name, if there is one: a plain or a partitioned table, not a partition or a view. */
    public static Optional<Table> table(Handle handle, String name) {
        return handle.createQuery(TABLE)
                .bind("name", name)
                .bind("needed", Table.NEEDED)
                .map((row, context) ->
                        new Found(row.getLong("oid"), row.getBoolean("is_needed"), row.getBoolean("may_delete")))
                .findOne()
                .map(found -> describe(handle, name, found));
    }

    private record Found(long oid, boolean isNeeded, boolean mayDelete) {}

    private static Table describe(Handle handle, String name, Found found) {
        var columns = handle.createQuery(COLUMNS)
                .bind("oid", found.oid)
                .map((row, context) -> new Column(
                        row.getString("attname"),
                        row.getString("type"),
                        row.getBoolean("attnotnull"),
                        row.getBoolean("generated")))
                .list();
        var key = texts(handle, KEY, found.oid).stream()
                .map(column -> columns.stream()
                        .filter(candidate -> candidate.name().equals(column))
                        .findFirst()
                        .orElseThrow())
                .toList();
        return new Table(
                found.oid,
                name,
                columns,
                key,
                found.isNeeded,
                found.mayDelete,
                texts(handle, REFERRERS, found.oid),
                texts(handle, INDEXED, found.oid));
    }

    private static List<String> texts(Handle handle, String query, long oid) {
        return handle.createQuery(query).bind("oid", oid).mapTo(String.class).list();
    }

    /** Returns what names this cluster: a row version means nothing in another one. */
    public static String systemIdentifier(Handle handle) {
        return handle.createQuery("SELECT system_identifier::text FROM pg_control_system()")
                .mapTo(String.class)
                .one();
    }
}
