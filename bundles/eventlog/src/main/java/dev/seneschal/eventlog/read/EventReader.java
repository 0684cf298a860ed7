package dev.seneschal.eventlog.read;

import dev.seneschal.api.event.ChannelHead;
import dev.seneschal.api.event.StoredEvent;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.eventlog.channel.Channel;
import dev.seneschal.eventlog.channel.ChannelName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** The queries on channels and events. Safe for use by any thread; the transaction is the caller's. */
public final class EventReader {

    /** How much text a batch may hold; with rows fetched a few at a time this bounds a reader's memory. */
    private static final long BATCH_CHARACTERS = 8L << 20;

    private static final int FETCH_ROWS = 50;

    /** A channel's events are dated in the order of their offsets, so the time spares a look into older partitions. */
    private static final String AFTER =
            """
            SELECT %s
              FROM realtime_events e
             WHERE e.channel_id = :channel AND e."offset" > :after AND e.created_at >= :since
             ORDER BY e."offset"
             LIMIT :limit"""
                    .formatted(EventRow.COLUMNS);

    /** A channel has no event from before its row and none after its last one, which spares the partitions of other days. */
    private static final String FIRST =
            """
            (SELECT min(e."offset")
               FROM realtime_events e
              WHERE e.channel_id = c.id
                AND e.created_at >= c.created_at - interval '1 day' AND e.created_at <= c.last_at)""";

    private static final String HEAD =
            """
            SELECT coalesce(c.epoch, l.epoch) AS epoch, coalesce(c."offset", 0) AS head,
                   %s AS first
              FROM event_log l
              LEFT JOIN event_channels c ON c.tenant_id = :tenant AND c.channel = :channel"""
                    .formatted(FIRST);

    private static final String HEADS =
            """
            SELECT c.channel, c.epoch, c."offset" AS head,
                   %s AS first
              FROM event_channels c
             WHERE c.tenant_id = :tenant AND c."offset" > 0
             ORDER BY c.channel COLLATE "C\""""
                    .formatted(FIRST);

    private static final String OFFSETS = "SELECT id, \"offset\" FROM event_channels WHERE \"offset\" > 0";

    private static final String OFFSETS_OF = "SELECT id, \"offset\" FROM event_channels WHERE id = ANY (:ids)";

    private final EventRow row = new EventRow();

    /** Returns the next events of the channel, at most {@code limit}. */
    public List<StoredEvent> after(Handle handle, Channel channel, long after, int limit) {
        return query(handle, channel, after, limit, null, Long.MAX_VALUE);
    }

    /**
     * Returns the next events of the channel, fewer if they are long, but at least one if there is one.
     *
     * @param since when the event at {@code after} was appended, or null
     */
    public List<StoredEvent> batch(Handle handle, Channel channel, long after, int limit, Instant since) {
        return query(handle, channel, after, limit, since, BATCH_CHARACTERS);
    }

    private List<StoredEvent> query(
            Handle handle, Channel channel, long after, int limit, Instant since, long characters) {
        return handle.createQuery(AFTER)
                .bind("channel", channel.id())
                .bind("after", after)
                .bind("since", (since == null ? Instant.EPOCH : since).atOffset(ZoneOffset.UTC))
                .bind("limit", limit)
                .setFetchSize(FETCH_ROWS)
                .scanResultSet((results, context) -> {
                    try (context) {
                        return read(results.get(), channel, characters);
                    }
                });
    }

    private List<StoredEvent> read(ResultSet results, Channel channel, long characters) throws SQLException {
        var events = new ArrayList<StoredEvent>();
        long left = characters;
        while (left > 0 && results.next()) {
            var event = row.read(results, channel);
            events.add(event);
            var data = event.event().data();
            left -= 500L + (data == null ? 0 : data.length());
        }
        return events;
    }

    /** Returns the head of the channel, whether it has a row or not. */
    public ChannelHead head(Handle handle, ChannelName name) {
        return handle.createQuery(HEAD)
                .bind("tenant", name.tenant().value())
                .bind("channel", name.name())
                .map((results, context) -> head(results, name.tenant(), name.name()))
                .one();
    }

    /** Returns the heads of the tenant's channels that have had an event, by name. */
    public List<ChannelHead> heads(Handle handle, TenantId tenant) {
        return handle.createQuery(HEADS)
                .bind("tenant", tenant.value())
                .map((results, context) -> head(results, tenant, results.getString("channel")))
                .list();
    }

    private static ChannelHead head(ResultSet results, TenantId tenant, String channel) throws SQLException {
        long offset = results.getLong("head");
        long oldest = results.getLong("first");
        long first = results.wasNull() ? offset + 1 : oldest;
        return new ChannelHead(tenant, channel, results.getString("epoch"), offset, first);
    }

    /** Returns the offset of every channel that has had an event, by row. */
    public Map<Long, Long> offsets(Handle handle) {
        return handle.createQuery(OFFSETS).scanResultSet((results, context) -> {
            try (context) {
                return offsets(results.get());
            }
        });
    }

    /** Returns the offsets of these channels, by row. */
    public Map<Long, Long> offsets(Handle handle, Set<Long> channels) {
        return handle.createQuery(OFFSETS_OF)
                .bindArray("ids", Long.class, List.copyOf(channels))
                .scanResultSet((results, context) -> {
                    try (context) {
                        return offsets(results.get());
                    }
                });
    }

    private static Map<Long, Long> offsets(ResultSet results) throws SQLException {
        var offsets = new HashMap<Long, Long>();
        while (results.next()) {
            offsets.put(results.getLong(1), results.getLong(2));
        }
        return offsets;
    }
}
