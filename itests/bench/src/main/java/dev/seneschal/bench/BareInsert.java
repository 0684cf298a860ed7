package dev.seneschal.bench;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import dev.seneschal.api.event.CloudEvent;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Function;

/** What the log is compared with: the same rows into the same table, a commit per group, and nothing else. */
final class BareInsert {

    private static final String INSERT =
            """
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
                           unnest(?) AS extensions) AS e""";

    private static final TimeBasedEpochGenerator IDS = Generators.timeBasedEpochGenerator();

    private BareInsert() {}

    /** Inserts the events group by group, each group a transaction of its own. */
    static void run(Connection connection, List<CloudEvent> events, int group) throws SQLException {
        try (var scope = connection.createStatement()) {
            scope.execute("SELECT set_config('seneschal.tenant', '*', false)");
        }
        try (var statement = connection.prepareStatement(INSERT)) {
            for (int from = 0; from < events.size(); from += group) {
                var rows = events.subList(from, Math.min(from + group, events.size()));
                bind(connection, statement, rows, from);
                statement.executeUpdate();
            }
        }
    }

    private static void bind(Connection connection, PreparedStatement statement, List<CloudEvent> rows, int from)
            throws SQLException {
        var offsets = new Long[rows.size()];
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = from + i + 1L;
        }
        statement.setObject(1, OffsetDateTime.now(ZoneOffset.UTC));
        column(connection, statement, 2, "text", rows, new String[0], event -> IDS.generate()
                .toString());
        column(connection, statement, 3, "text", rows, new String[0], event -> "default");
        column(connection, statement, 4, "bigint", rows, new Long[0], event -> 1L);
        column(connection, statement, 5, "text", rows, new String[0], CloudEvent::channel);
        statement.setArray(6, connection.createArrayOf("bigint", offsets));
        column(connection, statement, 7, "text", rows, new String[0], CloudEvent::type);
        column(connection, statement, 8, "text", rows, new String[0], CloudEvent::data);
        column(connection, statement, 9, "text", rows, new String[0], event -> null);
        column(connection, statement, 10, "text", rows, new String[0], CloudEvent::source);
        column(connection, statement, 11, "text", rows, new String[0], CloudEvent::id);
        column(connection, statement, 12, "text", rows, new String[0], CloudEvent::subject);
        column(connection, statement, 13, "text", rows, new String[0], event -> event.time()
                .toString());
        column(connection, statement, 14, "text", rows, new String[0], CloudEvent::dataContentType);
        column(connection, statement, 15, "text", rows, new String[0], CloudEvent::dataSchema);
        column(connection, statement, 16, "boolean", rows, new Boolean[0], CloudEvent::binary);
        column(connection, statement, 17, "text", rows, new String[0], event -> null);
    }

    private static <T> void column(
            Connection connection,
            PreparedStatement statement,
            int parameter,
            String type,
            List<CloudEvent> rows,
            T[] kind,
            Function<CloudEvent, T> value)
            throws SQLException {
        var values = rows.stream().map(value).toList().toArray(kind);
        statement.setArray(parameter, connection.createArrayOf(type, values));
    }
}
