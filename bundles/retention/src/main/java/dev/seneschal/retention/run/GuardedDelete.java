package dev.seneschal.retention.run;

import dev.seneschal.retention.catalog.RowSql;
import dev.seneschal.retention.catalog.Sql;
import dev.seneschal.retention.hold.Holds;
import dev.seneschal.retention.segment.Content;
import dev.seneschal.retention.segment.KeyLine;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;

/**
 * Deletes archived rows, each only in the version that was archived and only if no hold is on it. Every deletion of rows by
 * this bundle goes through here.
 */
final class GuardedDelete {

    private static final String DELETE =
            """
            DELETE FROM %s
             USING unnest(%s) WITH ORDINALITY AS k(%s, n)
             WHERE %s AND %s AND %s AND %s
               AND NOT %s
            RETURNING k.n""";

    private static final String LOOK =
            """
            SELECT k.n, t IS NOT NULL AS present, t IS NOT NULL AND %s AS held, t IS NOT NULL AND %s AS needed
              FROM unnest(%s) WITH ORDINALITY AS k(%s, n)
              LEFT JOIN %s ON %s AND %s""";

    private static final String TIMEOUTS =
            """
            SELECT set_config('lock_timeout', '5s', true), set_config('statement_timeout', '60s', true),
                   set_config('synchronous_commit', 'on', true)""";

    private final RowSql rows;
    private final Content content;
    private final Guard guard;

    GuardedDelete(RowSql rows, Content content, Guard guard) {
        this.rows = rows;
        this.content = content;
        this.guard = guard;
    }

    /** How a row is recognised as the version that was archived. */
    enum Guard {
        /** By PostgreSQL's version number: cheap, but only in the same cluster and not after ages. */
        VERSION,
        /** By the hash of its text: works everywhere and always. */
        HASH
    }

    /** Deletes what may go and says what became of each key. */
    Result delete(Handle handle, List<KeyLine> keys) {
        handle.execute(TIMEOUTS);
        RowSql.settle(handle);
        // A statement of its own, before: the deletion's snapshot must be younger than the last hold.
        Holds.keepOut(handle, rows.tenant(), rows.table().name());
        var places = handle.createQuery(deletion());
        bind(places, keys);
        var deleted = places.mapTo(Integer.class).stream().map(n -> n - 1).collect(Collectors.toSet());
        var gone = new ArrayList<List<String>>();
        var stayed = new ArrayList<KeyLine>();
        for (int i = 0; i < keys.size(); i++) {
            if (deleted.contains(i)) {
                gone.add(keys.get(i).key());
            } else {
                stayed.add(keys.get(i));
            }
        }
        return new Result(gone, stayed.isEmpty() ? List.of() : survivors(handle, stayed));
    }

    private String deletion() {
        var version = guard == Guard.VERSION ? "t.xmin::text = k.x" : RowSql.rowHash() + " = k.h";
        return DELETE.formatted(
                rows.from(),
                arrays(),
                names(),
                rows.matches(),
                version,
                rows.due(),
                rows.between(content.oldest(), content.newest()),
                rows.stays());
    }

    private List<Survivor> survivors(Handle handle, List<KeyLine> stayed) {
        var due = "t.tenant_id = " + Sql.literal(rows.tenant().value());
        var look = handle.createQuery(
                LOOK.formatted(rows.held(), rows.needed(), arrays(), names(), rows.from(), rows.matches(), due));
        bind(look, stayed);
        Map<Integer, String> reasons = new HashMap<>();
        look.map((row, context) -> Map.entry(row.getInt("n") - 1, reason(row)))
                .forEach(entry -> reasons.put(entry.getKey(), entry.getValue()));
        return IntStream.range(0, stayed.size())
                .mapToObj(i -> new Survivor(stayed.get(i).key(), reasons.get(i)))
                .toList();
    }

    private static String reason(ResultSet row) throws SQLException {
        if (row.getBoolean("held")) {
            return "held";
        }
        if (row.getBoolean("needed")) {
            return "needed";
        }
        return row.getBoolean("present") ? "changed" : "gone";
    }

    private String arrays() {
        return IntStream.range(0, rows.table().key().size())
                        .mapToObj(i -> "CAST(:k" + i + " AS text[])")
                        .collect(Collectors.joining(", "))
                + ", CAST(:x AS text[]), CAST(:h AS text[])";
    }

    private String names() {
        return IntStream.range(0, rows.table().key().size())
                        .mapToObj(i -> "k" + i)
                        .collect(Collectors.joining(", "))
                + ", x, h";
    }

    private void bind(SqlStatement<?> statement, List<KeyLine> keys) {
        for (int i = 0; i < rows.table().key().size(); i++) {
            int column = i;
            statement.bind("k" + i, array(keys, line -> line.key().get(column)));
        }
        statement.bind("x", array(keys, KeyLine::xmin));
        statement.bind("h", array(keys, KeyLine::rowHash));
    }

    private static String[] array(List<KeyLine> keys, Function<KeyLine, String> part) {
        return keys.stream().map(part).toArray(String[]::new);
    }

    /**
     * What became of some keys.
     *
     * @param deleted those whose rows were deleted
     * @param survivors those whose rows were not
     */
    record Result(List<List<String>> deleted, List<Survivor> survivors) {}

    /**
     * A key whose row was not deleted.
     *
     * @param key the key
     * @param reason {@code changed}, {@code held}, {@code needed} or {@code gone}
     */
    record Survivor(List<String> key, String reason) {}
}
