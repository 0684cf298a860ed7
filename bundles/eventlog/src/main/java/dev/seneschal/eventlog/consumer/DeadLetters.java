package dev.seneschal.eventlog.consumer;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import dev.seneschal.api.event.StoredEvent;
import dev.seneschal.eventlog.channel.Channel;
import dev.seneschal.eventlog.read.EventRow;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Events one consumer could not process, with a copy of each, so that it can be delivered again even when the log has
 * dropped it. Safe for use by any thread; the transactions are the callers'.
 */
final class DeadLetters {

    private static final String KEEP =
            """
            INSERT INTO event_dead_letters (id, consumer, tenant_id, channel_id, "offset", event, error, attempts)
            SELECT :id, :consumer, e.tenant_id, e.channel_id, e."offset", to_jsonb(e), :error, :attempts
              FROM realtime_events e
             WHERE e.id = :uid AND e.created_at = :at""";

    private static final String REQUESTED =
            """
            SELECT channel_id
              FROM event_dead_letters
             WHERE consumer = :consumer AND redeliver
             LIMIT 1""";

    private static final String NEXT =
            """
            SELECT %s, d.id AS letter, d.attempts
              FROM event_dead_letters d
             CROSS JOIN LATERAL jsonb_populate_record(NULL::realtime_events, d.event) e
             WHERE d.consumer = :consumer AND d.channel_id = :channel AND d.redeliver
             ORDER BY d."offset"
             LIMIT 1
               FOR UPDATE OF d SKIP LOCKED"""
                    .formatted(EventRow.COLUMNS);

    private static final String REMOVE = "DELETE FROM event_dead_letters WHERE id = :id";

    private static final String FAIL =
            """
            UPDATE event_dead_letters
               SET redeliver = false, attempts = attempts + 1, error = :error, failed_at = now()
             WHERE id = :id""";

    /**
     * A dead letter to be delivered again.
     *
     * @param id the letter
     * @param event what it holds
     */
    record Letter(UUID id, StoredEvent event) {}

    private final String consumer;
    private final EventRow row = new EventRow();
    private final TimeBasedEpochGenerator ids = Generators.timeBasedEpochGenerator();

    DeadLetters(String consumer) {
        this.consumer = consumer;
    }

    /** Sets the event aside. */
    void keep(Handle handle, StoredEvent event, String error, int attempts) {
        handle.createUpdate(KEEP)
                .bind("id", ids.generate())
                .bind("consumer", consumer)
                .bind("uid", event.uid())
                .bind("at", event.recordedAt().atOffset(ZoneOffset.UTC))
                .bind("error", error)
                .bind("attempts", attempts)
                .execute();
    }

    /** Returns a channel in which somebody asked for a redelivery. */
    Optional<Long> requested(Handle handle) {
        return handle.createQuery(REQUESTED)
                .bind("consumer", consumer)
                .mapTo(Long.class)
                .findOne();
    }

    /** Returns the next letter to be delivered again, locked until the transaction ends. */
    Optional<Letter> next(Handle handle, Channel channel) {
        return handle.createQuery(NEXT)
                .bind("consumer", consumer)
                .bind("channel", channel.id())
                .map((result, context) -> new Letter(result.getObject("letter", UUID.class), row.read(result, channel)))
                .findOne();
    }

    void remove(Handle handle, UUID letter) {
        handle.createUpdate(REMOVE).bind("id", letter).execute();
    }

    /** Notes that the letter failed again. */
    void fail(Handle handle, UUID letter, String error) {
        handle.createUpdate(FAIL).bind("id", letter).bind("error", error).execute();
    }
}
