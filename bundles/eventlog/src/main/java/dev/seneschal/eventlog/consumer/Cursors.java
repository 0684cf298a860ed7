package dev.seneschal.eventlog.consumer;

import dev.seneschal.api.event.StoredEvent;
import dev.seneschal.eventlog.channel.Channel;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.StatementContext;

/** The rows of one consumer's positions. Safe for use by any thread; the transactions are the callers'. */
final class Cursors {

    private static final String FOREIGN_KEY_VIOLATION = "23503";

    private static final String INTRODUCE =
            "INSERT INTO event_consumers (name, start) VALUES (:name, :start) ON CONFLICT (name) DO NOTHING";

    /**
     * A channel without a cursor starts at 0: it is new, or the consumer wants all. Channels are locked in the order in
     * which the log's writers lock them.
     */
    private static final String START_AT_ENDS =
            """
            INSERT INTO event_cursors (consumer, channel_id, tenant_id, "offset")
            SELECT :name, id, tenant_id, "offset"
              FROM event_channels
             ORDER BY id
                ON CONFLICT (consumer, channel_id) DO NOTHING""";

    private static final String BEHIND =
            """
            SELECT c.id
              FROM event_channels c
              LEFT JOIN event_cursors u ON u.consumer = :name AND u.channel_id = c.id
             WHERE c."offset" > coalesce(u."offset", 0)
               AND coalesce(u.retry_at, '-infinity') <= clock_timestamp()""";

    private static final String CREATE =
            """
            INSERT INTO event_cursors (consumer, channel_id, tenant_id)
            VALUES (:name, :channel, :tenant)
                ON CONFLICT (consumer, channel_id) DO NOTHING""";

    private static final String EXISTS =
            "SELECT EXISTS (SELECT FROM event_cursors WHERE consumer = :name AND channel_id = :channel)";

    private static final String OLDER =
            """
            SELECT k.created_at <= c.created_at
              FROM event_consumers k
             CROSS JOIN event_channels c
             WHERE k.name = :name AND c.id = :channel""";

    private static final String LOCK =
            """
            SELECT u."offset", nullif(u.position_at, '-infinity') AS position_at, u.isolate_until, u.failures,
                   CASE WHEN u.retry_at > clock_timestamp()
                        THEN ceil(extract(epoch FROM u.retry_at - clock_timestamp()) * 1000)::bigint
                        ELSE 0 END AS wait_millis,
                   (SELECT c."offset" FROM event_channels c WHERE c.id = u.channel_id) AS head
              FROM event_cursors u
             WHERE u.consumer = :name AND u.channel_id = :channel
               FOR UPDATE OF u SKIP LOCKED""";

    private static final String MOVE =
            """
            UPDATE event_cursors
               SET "offset" = :offset, position_at = :at, failures = 0, retry_at = '-infinity'
             WHERE consumer = :name AND channel_id = :channel""";

    private static final String SKIP =
            """
            UPDATE event_cursors
               SET "offset" = :offset, failures = 0, retry_at = '-infinity'
             WHERE consumer = :name AND channel_id = :channel""";

    private static final String FAIL =
            """
            UPDATE event_cursors
               SET failures = :failures, isolate_until = greatest(isolate_until, :until),
                   retry_at = clock_timestamp() + :pause * interval '1 millisecond'
             WHERE consumer = :name AND channel_id = :channel AND "offset" = :offset""";

    private static final String REMEMBER_ERROR = "UPDATE event_consumers SET last_error = :error WHERE name = :name";

    private final String name;

    Cursors(String name) {
        this.name = name;
    }

    /** Makes the consumer known, if it is not, and places it. */
    void introduce(Handle handle, String start) {
        int created = handle.createUpdate(INTRODUCE)
                .bind("name", name)
                .bind("start", start)
                .execute();
        if (created == 1 && start.equals("latest")) {
            handle.createUpdate(START_AT_ENDS).bind("name", name).execute();
        }
    }

    /** Returns the channels that hold events it has not seen and may see now. */
    List<Long> behind(Handle handle) {
        return handle.createQuery(BEHIND).bind("name", name).mapTo(Long.class).list();
    }

    boolean exists(Handle handle, Channel channel) {
        return handle.createQuery(EXISTS)
                .bind("name", name)
                .bind("channel", channel.id())
                .mapTo(Boolean.class)
                .one();
    }

    void create(Handle handle, Channel channel) {
        handle.createUpdate(CREATE)
                .bind("name", name)
                .bind("channel", channel.id())
                .bind("tenant", channel.tenant().value())
                .execute();
    }

    /** Returns whether a cursor could not be made because the consumer itself has no row. */
    static boolean isUnknownConsumer(JdbiException failure) {
        return failure.getCause() instanceof SQLException sql && FOREIGN_KEY_VIOLATION.equals(sql.getSQLState());
    }

    /** Returns whether the consumer was known before the channel had its first event. */
    boolean isOlderThan(Handle handle, Channel channel) {
        return handle.createQuery(OLDER)
                .bind("name", name)
                .bind("channel", channel.id())
                .mapTo(Boolean.class)
                .findOne()
                .orElse(false);
    }

    /** Locks the cursor until the transaction ends; empty if there is none or another holds it. */
    Optional<Cursor> lock(Handle handle, Channel channel) {
        return handle.createQuery(LOCK)
                .bind("name", name)
                .bind("channel", channel.id())
                .map(Cursors::cursor)
                .findOne();
    }

    private static Cursor cursor(ResultSet row, StatementContext context) throws SQLException {
        var at = row.getObject("position_at", OffsetDateTime.class);
        return new Cursor(
                row.getLong("offset"),
                at == null ? null : at.toInstant(),
                row.getLong("isolate_until"),
                row.getInt("failures"),
                Duration.ofMillis(row.getLong("wait_millis")),
                row.getLong("head"));
    }

    /** Notes that everything up to this event is done. */
    void move(Handle handle, Channel channel, StoredEvent last) {
        handle.createUpdate(MOVE)
                .bind("name", name)
                .bind("channel", channel.id())
                .bind("offset", last.offset())
                .bind("at", last.recordedAt().atOffset(ZoneOffset.UTC))
                .execute();
    }

    /** Passes over offsets that hold nothing any more. */
    void skip(Handle handle, Channel channel, long offset) {
        handle.createUpdate(SKIP)
                .bind("name", name)
                .bind("channel", channel.id())
                .bind("offset", offset)
                .execute();
    }

    /** Notes a failure after the offset, and when to try again. */
    void fail(Handle handle, Channel channel, long offset, long isolateUntil, int failures, Duration pause) {
        handle.createUpdate(FAIL)
                .bind("name", name)
                .bind("channel", channel.id())
                .bind("offset", offset)
                .bind("until", isolateUntil)
                .bind("failures", failures)
                .bind("pause", pause.toMillis())
                .execute();
    }

    void rememberError(Handle handle, String error) {
        handle.createUpdate(REMEMBER_ERROR)
                .bind("name", name)
                .bind("error", error)
                .execute();
    }
}
