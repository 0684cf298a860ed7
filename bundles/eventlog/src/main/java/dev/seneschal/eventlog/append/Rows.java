package dev.seneschal.eventlog.append;

import dev.seneschal.eventlog.channel.Channel;
import dev.seneschal.eventlog.channel.Signals;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/** The rows a group adds, sent as columns in one round trip. Not thread safe. */
final class Rows {

    /**
     * The keys come first: if one of them is there already, nothing else is done. The columns are unnested side by side in
     * the select list: as a function in FROM, each would be written to a tuplestore and read back.
     */
    private static final String INSERT =
            """
            INSERT INTO event_keys (key, tenant_id, channel_id, "offset", created_at)
            SELECT k.key::uuid, k.tenant, k.channel, k.place, ?
              FROM (SELECT unnest(?) AS key, unnest(?) AS tenant, unnest(?) AS channel, unnest(?) AS place) AS k;

            INSERT INTO realtime_events (id, tenant_id, channel_id, channel, "offset", event_type, event_data, admin_id,
                   created_at, source, event_id, subject, event_time, data_content_type, data_schema, "binary",
                   extensions)
            SELECT e.id::uuid, e.tenant, e.channel, e.channel_name, e.place, e.type, e.data::jsonb, e.admin::uuid,
                   ?, e.source, e.event_id, e.subject, e.time::timestamptz, e.content_type, e.data_schema, e.is_binary,
                   e.extensions::jsonb
              FROM (SELECT unnest(?) AS id, unnest(?) AS tenant, unnest(?) AS channel, unnest(?) AS channel_name,
                           unnest(?) AS place, unnest(?) AS type, unnest(?) AS data, unnest(?) AS admin,
                           unnest(?) AS source, unnest(?) AS event_id, unnest(?) AS subject, unnest(?) AS time,
                           unnest(?) AS content_type, unnest(?) AS data_schema, unnest(?) AS is_binary,
                           unnest(?) AS extensions) AS e;

            UPDATE event_channels AS c
               SET "offset" = u.place, last_at = ?
              FROM unnest(?, ?) AS u (id, place)
             WHERE c.id = u.id;

            SELECT pg_notify(?, ?)""";

    private record Row(Entry entry, Channel channel, long offset, String admin) {}

    private final List<Row> rows;

    /** Has room for that many rows. */
    Rows(int capacity) {
        this.rows = new ArrayList<>(capacity);
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    /** Adds the entry at its place; {@code admin} is the session to link it to, or null. */
    void add(Entry entry, Channel channel, long offset, UUID admin) {
        rows.add(new Row(entry, channel, offset, admin == null ? null : admin.toString()));
    }

    /** Inserts the rows, moves the channels' heads to these offsets, and notifies the other nodes at commit. */
    void insert(Connection connection, OffsetDateTime at, Map<Long, Long> heads, String notification)
            throws SQLException {
        try (var statement = connection.prepareStatement(INSERT)) {
            var bind = new Binder(connection, statement);
            bind.value(at);
            bind.column("text", row -> row.entry().key());
            bind.column("text", row -> row.channel().tenant().value());
            bind.column("bigint", row -> row.channel().id());
            bind.column("bigint", Row::offset);

            bind.value(at);
            bind.column("text", row -> row.entry().id());
            bind.column("text", row -> row.channel().tenant().value());
            bind.column("bigint", row -> row.channel().id());
            bind.column("text", row -> row.channel().name().name());
            bind.column("bigint", Row::offset);
            bind.column("text", row -> row.entry().event().type());
            bind.column("text", row -> row.entry().event().data());
            bind.column("text", Row::admin);
            bind.column("text", row -> row.entry().event().source());
            bind.column("text", row -> row.entry().event().id());
            bind.column("text", row -> row.entry().event().subject());
            bind.column("text", row -> row.entry().time());
            bind.column("text", row -> row.entry().event().dataContentType());
            bind.column("text", row -> row.entry().event().dataSchema());
            bind.column("boolean", row -> row.entry().event().binary());
            bind.column("text", row -> row.entry().extensions());

            bind.value(at);
            bind.array("bigint", heads.keySet().toArray(Long[]::new));
            bind.array("bigint", heads.values().toArray(Long[]::new));

            bind.value(Signals.NOTIFICATION);
            bind.value(notification);
            statement.execute();
            while (statement.getMoreResults() || statement.getUpdateCount() != -1) {
                // Each statement's outcome must be fetched, or an error of a later one goes unseen.
                continue;
            }
        }
    }

    /** Binds the parameters one after the other. */
    private final class Binder {

        private final Connection connection;
        private final PreparedStatement statement;
        private int next = 1;

        Binder(Connection connection, PreparedStatement statement) {
            this.connection = connection;
            this.statement = statement;
        }

        void value(Object value) throws SQLException {
            statement.setObject(next++, value);
        }

        void column(String type, Function<Row, Object> value) throws SQLException {
            // The driver sends arrays of these types in binary form; of others it would write a literal.
            Object[] values =
                    switch (type) {
                        case "text" -> new String[rows.size()];
                        case "bigint" -> new Long[rows.size()];
                        case "boolean" -> new Boolean[rows.size()];
                        default -> throw new IllegalArgumentException("No column of type " + type);
                    };
            for (int i = 0; i < values.length; i++) {
                values[i] = value.apply(rows.get(i));
            }
            array(type, values);
        }

        void array(String type, Object[] values) throws SQLException {
            Array array = connection.createArrayOf(type, values);
            statement.setArray(next++, array);
        }
    }
}
