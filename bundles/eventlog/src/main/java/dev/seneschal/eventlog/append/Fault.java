package dev.seneschal.eventlog.append;

import dev.seneschal.api.storage.StorageUnavailableException;
import java.sql.SQLException;
import java.util.Set;

/** What a failure means for the events that were being written. */
enum Fault {
    /** The transaction lost against another one; the same may succeed at once. */
    LOST,
    /** Nothing can be written at present, whatever it is. */
    SYSTEMIC,
    /** These events, or one of them, cannot be written. */
    REFUSED;

    /** Serialization failure, deadlock, lock timeout. */
    private static final Set<String> RACES = Set.of("40001", "40P01", "55P03");

    /** Connection, state of the transaction (such as read-only), resources (such as the disk), shutdown, input or output. */
    private static final Set<String> SYSTEMIC_CLASSES = Set.of("08", "25", "53", "57", "58");

    static Fault of(Throwable failure) {
        var state = state(failure);
        if (RACES.contains(state)) {
            return LOST;
        }
        boolean away = failure instanceof StorageUnavailableException
                || state.length() == 5 && SYSTEMIC_CLASSES.contains(state.substring(0, 2));
        return away ? SYSTEMIC : REFUSED;
    }

    /** Returns PostgreSQL's code for what is wrong, or an empty string if it was not the database. */
    static String state(Throwable failure) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return sql.getSQLState();
            }
        }
        return "";
    }

    /** Returns what callers are told: that they may try again, unless it is their events that are at fault. */
    static Throwable forCallers(Throwable failure) {
        if (failure instanceof StorageUnavailableException) {
            return failure;
        }
        return switch (of(failure)) {
            case REFUSED -> failure;
            case LOST ->
                new StorageUnavailableException("Other transactions keep the log from writing; try again.", failure);
            case SYSTEMIC ->
                new StorageUnavailableException(
                        "The database takes no events at present (SQLSTATE " + state(failure) + "); try again shortly.",
                        failure);
        };
    }
}
