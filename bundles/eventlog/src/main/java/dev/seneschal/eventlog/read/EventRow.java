package dev.seneschal.eventlog.read;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.seneschal.api.event.CloudEvent;
import dev.seneschal.api.event.StoredEvent;
import dev.seneschal.eventlog.channel.Channel;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** Makes an event of a row of {@code realtime_events}. Safe for use by any thread. */
public final class EventRow {

    /** The columns, in the order this class expects them, of a row called {@code e}. */
    public static final String COLUMNS =
            """
            e.id, e."offset", e.created_at, e.event_id, e.source, e.event_type, e.subject, e.event_time, e.data_schema,
                   e.data_content_type, e.event_data::text, e."binary", e.extensions::text""";

    private static final TypeReference<Map<String, String>> ATTRIBUTES = new TypeReference<>() {};

    private final ObjectMapper mapper = new ObjectMapper();

    /** Reads the row the result stands on. */
    public StoredEvent read(ResultSet row, Channel channel) throws SQLException {
        var type = row.getString(6);
        var event = new CloudEvent(
                row.getString(4),
                row.getString(5),
                type,
                row.getString(7),
                instant(row, 8),
                row.getString(9),
                row.getString(10),
                row.getString(11),
                row.getBoolean(12),
                extensions(row.getString(13), type, channel.name().name()));
        return new StoredEvent(
                row.getObject(1, UUID.class),
                channel.tenant(),
                channel.name().name(),
                row.getLong(2),
                instant(row, 3),
                event);
    }

    private static Instant instant(ResultSet row, int column) throws SQLException {
        var time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    /** The channel is a column of its own; it is among the extensions only where it says what the type says already. */
    private Map<String, String> extensions(String json, String type, String channel) throws SQLException {
        boolean stated = !channel.equals(CloudEvent.DEFAULT_NAMESPACE + type);
        if (json == null) {
            return stated ? Map.of(CloudEvent.CHANNEL, channel) : Map.of();
        }
        try {
            var attributes = new HashMap<>(mapper.readValue(json, ATTRIBUTES));
            if (stated) {
                attributes.put(CloudEvent.CHANNEL, channel);
            }
            return attributes;
        } catch (JsonProcessingException e) {
            throw new SQLException("The extensions of an event are not an object of strings", e);
        }
    }
}
