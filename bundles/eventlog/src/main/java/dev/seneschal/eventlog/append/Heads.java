package dev.seneschal.eventlog.append;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The locked heads of a group's channels, and the offsets given from them. Not thread safe: one transaction's own. */
final class Heads {

    /**
     * Locks in the order of the rows' keys, so that two nodes never wait for each other in a circle. A node that hangs
     * with the locks loses its connection, and nobody waits for them for long. Rows that refer to a channel, such as a
     * consumer's cursor, may be inserted meanwhile: their foreign keys do not wait for NO KEY UPDATE.
     */
    private static final String LOCK =
            """
            SET LOCAL lock_timeout = '5s';
            SET LOCAL idle_in_transaction_session_timeout = '15s';
            SELECT id, "offset", last_at, clock_timestamp()
              FROM event_channels
             WHERE id = ANY (?)
             ORDER BY id
               FOR NO KEY UPDATE""";

    private static final String FREE =
            """
            SELECT id
              FROM event_channels
             WHERE id = ANY (?)
               FOR NO KEY UPDATE SKIP LOCKED""";

    private final Map<Long, Long> offsets = new HashMap<>();
    private Instant at = Instant.EPOCH;

    private Heads() {}

    /** Locks the heads of these channels. */
    static Heads lock(Connection connection, Set<Long> channels) throws SQLException {
        var heads = new Heads();
        try (var statement = connection.prepareStatement(LOCK)) {
            statement.setArray(1, connection.createArrayOf("bigint", channels.toArray()));
            boolean rows = statement.execute();
            while (!rows) {
                rows = statement.getMoreResults();
            }
            try (var results = statement.getResultSet()) {
                while (results.next()) {
                    heads.offsets.put(results.getLong(1), results.getLong(2));
                    heads.notBefore(results.getTimestamp(3));
                    heads.notBefore(results.getTimestamp(4));
                }
            }
        }
        if (heads.offsets.size() != channels.size()) {
            throw new IllegalStateException("A channel's row is gone; the log needs every one of them: " + channels);
        }
        return heads;
    }

    /** Returns which of these channels another transaction has locked. */
    static Set<Long> held(Connection connection, Set<Long> channels) throws SQLException {
        var held = new HashSet<>(channels);
        try (var statement = connection.prepareStatement(FREE)) {
            statement.setArray(1, connection.createArrayOf("bigint", channels.toArray()));
            try (var results = statement.executeQuery()) {
                while (results.next()) {
                    held.remove(results.getLong(1));
                }
            }
        }
        return held;
    }

    private void notBefore(Timestamp time) {
        var instant = time.toInstant();
        if (instant.isAfter(at)) {
            at = instant;
        }
    }

    /** Returns when the group is recorded: now, but never before an event that one of its channels holds already. */
    OffsetDateTime at() {
        return at.atOffset(ZoneOffset.UTC);
    }

    /** Gives the channel's next offset. */
    long next(long channel) {
        return offsets.merge(channel, 1L, Long::sum);
    }
}
