package dev.seneschal.eventlog.consumer;

import dev.seneschal.api.event.ConsumerState;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** How far the consumers have come, those of other nodes and those that are away included. */
public final class ConsumerStates {

    private static final String LAGS =
            """
            SELECT k.name, coalesce(sum(c."offset" - coalesce(u."offset", 0)), 0) AS lag
              FROM event_consumers k
              LEFT JOIN event_channels c ON true
              LEFT JOIN event_cursors u ON u.consumer = k.name AND u.channel_id = c.id
             GROUP BY k.name""";

    private static final String STATES =
            """
            SELECT k.name, k.last_error, clock_timestamp() AS now,
                   coalesce(sum(c."offset" - coalesce(u."offset", 0)), 0) AS lag,
                   min(oldest.created_at) AS oldest,
                   (SELECT count(*) FROM event_dead_letters d WHERE d.consumer = k.name) AS dead_letters
              FROM event_consumers k
              LEFT JOIN event_channels c ON true
              LEFT JOIN event_cursors u ON u.consumer = k.name AND u.channel_id = c.id
              LEFT JOIN LATERAL (
                     SELECT e.created_at
                       FROM realtime_events e
                      WHERE e.channel_id = c.id AND e."offset" > coalesce(u."offset", 0)
                        AND e.created_at >= coalesce(u.position_at, '-infinity')
                      ORDER BY e."offset"
                      LIMIT 1) oldest ON c."offset" > coalesce(u."offset", 0)
             GROUP BY k.name, k.last_error
             ORDER BY k.name""";

    private ConsumerStates() {}

    /** Returns how many events each consumer has yet to see. */
    public static Map<String, Long> lags(Handle handle) {
        return handle
                .createQuery(LAGS)
                .map((row, context) -> Map.entry(row.getString("name"), row.getLong("lag")))
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** Returns the state of each consumer, by name. */
    public static List<ConsumerState> list(Handle handle, Set<String> attached) {
        return handle.createQuery(STATES)
                .map((row, context) -> {
                    var oldest = row.getObject("oldest", OffsetDateTime.class);
                    var now = row.getObject("now", OffsetDateTime.class);
                    return new ConsumerState(
                            row.getString("name"),
                            attached.contains(row.getString("name")),
                            row.getLong("lag"),
                            oldest == null || oldest.isAfter(now) ? Duration.ZERO : Duration.between(oldest, now),
                            row.getLong("dead_letters"),
                            row.getString("last_error"));
                })
                .list();
    }
}
