package dev.seneschal.eventlog.partition;

import dev.seneschal.api.storage.Storage;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.jdbi.v3.core.Handle;

/** The daily partitions of {@code realtime_events}. Safe for use by any thread. */
public final class Partitions {

    private static final String ENSURE = "SELECT event_partitions_ensure(:first, :last)";

    private static final String DROP_EMPTY = "SELECT event_partitions_drop_empty(:before)";

    /** The days are the database's: its clock dates the events. */
    private static final String TODAY = "SELECT (now() AT TIME ZONE 'UTC')::date";

    private final Storage storage;
    private final int daysAhead;

    /** Keeps partitions for today and that many days more. */
    public Partitions(Storage storage, int daysAhead) {
        this.storage = storage;
        this.daysAhead = daysAhead;
    }

    /** Makes the partitions that are missing, from yesterday on: a node's transaction may be from before midnight. */
    public int ensureAhead() {
        return storage.system().<Integer, RuntimeException>write(handle -> {
            var today = handle.createQuery(TODAY).mapTo(LocalDate.class).one();
            return ensure(handle, today.minusDays(1), today.plusDays(daysAhead));
        });
    }

    /** Makes the partition that holds the instant. */
    public void ensureFor(Instant instant) {
        var day = LocalDate.ofInstant(instant, ZoneOffset.UTC);
        storage.system().<Integer, RuntimeException>write(handle -> ensure(handle, day, day));
    }

    /** Drops partitions that hold nothing, except those of the last two days. */
    public int dropEmpty() {
        return storage.system().<Integer, RuntimeException>write(handle -> {
            var today = handle.createQuery(TODAY).mapTo(LocalDate.class).one();
            return handle.createQuery(DROP_EMPTY)
                    .bind("before", today.minusDays(2))
                    .mapTo(Integer.class)
                    .one();
        });
    }

    private static int ensure(Handle handle, LocalDate first, LocalDate last) {
        return handle.createQuery(ENSURE)
                .bind("first", first)
                .bind("last", last)
                .mapTo(Integer.class)
                .one();
    }
}
