package dev.seneschal.eventlog.consumer;

import dev.seneschal.api.event.StoredEvent;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.api.storage.StorageUnavailableException;
import dev.seneschal.eventlog.channel.Channel;
import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what becomes of events that a consumer could not process: those that failed together are tried one by one, one
 * that fails alone is tried again after a growing pause, and in the end set aside. Safe for use by any thread.
 */
final class FailureLog {

    private static final Logger LOG = LoggerFactory.getLogger(FailureLog.class);
    private static final int ERROR_LENGTH = 2_000;

    private final String name;
    private final Storage storage;
    private final Cursors cursors;
    private final DeadLetters deadLetters;
    private final ConsumerSettings settings;

    FailureLog(String name, Storage storage, Cursors cursors, DeadLetters deadLetters, ConsumerSettings settings) {
        this.name = name;
        this.storage = storage;
        this.cursors = cursors;
        this.deadLetters = deadLetters;
        this.settings = settings;
    }

    /**
     * Notes that the events failed.
     *
     * @return how long to wait before the channel is tried again
     * @throws StorageUnavailableException if the failure is the database's, which is no fault of the events
     */
    Duration record(Channel channel, Cursor cursor, List<StoredEvent> events, Throwable failure) {
        rethrowUnavailable(failure);
        var first = events.get(0);
        var last = events.get(events.size() - 1);
        int failed = events.size() > 1 ? 0 : cursor.failures() + 1;
        boolean setAside = failed >= settings.attempts();
        var pause = setAside ? Duration.ZERO : settings.pause(failed);
        LOG.warn(
                "A consumer failed: consumer={} tenant={} channel={} offsets={}-{} attempt={} next={} error={}",
                name,
                channel.tenant(),
                channel.name().name(),
                first.offset(),
                last.offset(),
                Math.max(failed, 1),
                setAside ? "dead letter" : events.size() > 1 ? "one by one" : "again in " + pause.toMillis() + " ms",
                failure.getClass().getName());
        storage.system().<RuntimeException>run(handle -> {
            cursors.rememberError(handle, describe(failure));
            if (!setAside) {
                cursors.fail(handle, channel, cursor.offset(), last.offset(), failed, pause);
            } else if (isStillAt(handle, channel, cursor)) {
                deadLetters.keep(handle, first, describe(failure), failed);
                cursors.move(handle, channel, first);
            }
        });
        return pause;
    }

    /** Another node may have had the event in the meantime, and processed it. */
    private boolean isStillAt(Handle handle, Channel channel, Cursor cursor) {
        return cursors.lock(handle, channel)
                .filter(now -> now.offset() == cursor.offset())
                .isPresent();
    }

    /** Notes that a letter failed again. */
    void recordAgain(Channel channel, DeadLetters.Letter letter, Throwable failure) {
        rethrowUnavailable(failure);
        LOG.warn(
                "A dead letter failed again: consumer={} letter={} error={}",
                name,
                letter.id(),
                failure.getClass().getName());
        storage.tenant(channel.tenant()).<RuntimeException>run(handle -> {
            cursors.rememberError(handle, describe(failure));
            deadLetters.fail(handle, letter.id(), describe(failure));
        });
    }

    private static void rethrowUnavailable(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof StorageUnavailableException unavailable) {
                throw unavailable;
            }
        }
    }

    /** PostgreSQL's text holds no NUL. */
    private static String describe(Throwable failure) {
        var text = failure.toString().replace('\0', '?');
        return text.length() > ERROR_LENGTH ? text.substring(0, ERROR_LENGTH) : text;
    }
}
