package dev.seneschal.retention.catalog;

import dev.seneschal.api.tenant.TenantId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;

/**
 * The parts of statements on one table's rows of one tenant that were due at one moment. Immutable.
 *
 * <p>A row is due if its time is before the cutoff: half-open, one instant, the same for preview and deletion.
 */
public final class RowSql {

    private final Table table;
    private final Column time;
    private final TenantId tenant;
    private final Instant cutoff;

    /** Takes a table that passed the policy's checks. */
    public RowSql(Table table, String timeColumn, TenantId tenant, Instant cutoff) {
        this.table = table;
        this.time = table.column(timeColumn).orElseThrow();
        this.tenant = tenant;
        this.cutoff = cutoff;
    }

    /** Fixes, for this transaction, everything the text form of a value depends on. */
    public static void settle(Handle handle) {
        handle.execute(
                """
                SELECT set_config('TimeZone', 'UTC', true), set_config('DateStyle', 'ISO, YMD', true),
                       set_config('IntervalStyle', 'postgres', true), set_config('extra_float_digits', '1', true),
                       set_config('bytea_output', 'hex', true), set_config('lc_monetary', 'C', true),
                       set_config('xmlbinary', 'base64', true), set_config('standard_conforming_strings', 'on', true)""");
    }

    /** Returns the table and its alias. */
    public String from() {
        return Sql.name(table.name()) + " AS t";
    }

    /** Returns the condition of being due. */
    public String due() {
        return "t." + Sql.name(Table.TENANT) + " = " + Sql.literal(tenant.value()) + " AND " + time.sql() + " < "
                + instant(cutoff.toString());
    }

    /** An instant in the type of the time column; a time without zone counts as UTC. */
    private String instant(String text) {
        var typed = "CAST(" + Sql.literal(text) + " AS timestamptz)";
        if (time.type().startsWith("timestamp") && time.type().endsWith("with time zone")) {
            return typed;
        }
        return time.cast("(" + typed + " AT TIME ZONE 'UTC')");
    }

    /** Returns a text that names the row: a JSON array of its key's values. */
    public String key() {
        return table.key().stream()
                .map(column -> column.sql() + "::text")
                .collect(Collectors.joining(", ", "CAST(jsonb_build_array(", ") AS text)"));
    }

    /** Returns the condition of being under a hold. */
    public String held() {
        return "EXISTS (SELECT FROM retention_hold_keys h WHERE h.tenant_id = " + Sql.literal(tenant.value())
                + " AND h.table_name = " + Sql.literal(table.name()) + " AND (h.row_key IS NULL OR h.row_key = " + key()
                + "))";
    }

    /** Returns the condition of being needed by another part of the host. */
    public String needed() {
        if (!table.isNeeded()) {
            return "false";
        }
        return table.key().stream()
                .map(column -> "n." + Sql.name(column.name()) + " = " + column.sql())
                .collect(Collectors.joining(
                        " AND ", "EXISTS (SELECT FROM " + Sql.name(table.name() + Table.NEEDED) + " AS n WHERE ", ")"));
    }

    /** Returns the condition of staying although it is old enough. */
    public String stays() {
        return "(" + held() + " OR " + needed() + ")";
    }

    /** Returns a hash of the row's whole text: another version of it has another one. */
    public static String rowHash() {
        return "encode(sha256(convert_to(CAST(t AS text), 'UTF8')), 'hex')";
    }

    /** Returns the columns that order rows: time first, then what makes it unique. */
    private List<Column> order() {
        var order = new ArrayList<Column>();
        order.add(time);
        table.key().stream().filter(column -> !column.equals(time)).forEach(order::add);
        return order;
    }

    /** Returns the ORDER BY list. */
    public String orderBy() {
        return order().stream().map(Column::sql).collect(Collectors.joining(", "));
    }

    /** Returns the texts of the columns that order rows, to continue after a row. */
    public List<String> position() {
        return order().stream().map(column -> column.sql() + "::text").toList();
    }

    /** Returns the condition of coming after that position. */
    public String after(List<String> position) {
        var order = order();
        var columns = order.stream().map(Column::sql).collect(Collectors.joining(", ", "(", ")"));
        var values = IntStream.range(0, order.size())
                .mapToObj(i -> order.get(i).cast(Sql.literal(position.get(i))))
                .collect(Collectors.joining(", ", "(", ")"));
        return columns + " > " + values;
    }

    /** Returns the condition that row and key list agree, the list being {@code k(k0, k1, …)} of texts. */
    public String matches() {
        return IntStream.range(0, table.key().size())
                .mapToObj(i -> {
                    var column = table.key().get(i);
                    return column.sql() + " = " + column.cast("k.k" + i);
                })
                .collect(Collectors.joining(" AND "));
    }

    /** Returns the condition of lying between two times, which spares PostgreSQL the other partitions. */
    public String between(String oldest, String newest) {
        return time.sql() + " BETWEEN " + time.cast(Sql.literal(oldest)) + " AND " + time.cast(Sql.literal(newest));
    }

    /** Returns the time column. */
    public Column time() {
        return time;
    }

    /** Returns the table. */
    public Table table() {
        return table;
    }

    /** Returns whose rows. */
    public TenantId tenant() {
        return tenant;
    }
}
