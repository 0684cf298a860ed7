package dev.seneschal.storage.pool;

import dev.seneschal.api.storage.StorageUnavailableException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import org.jdbi.v3.core.ConnectionException;

/** Tells a database that is away from a statement that is wrong. */
public final class Unavailability {

    /** Class 57 states of a server that stops, crashed or is starting; and one that has no room for a connection. */
    private static final Set<String> AWAY = Set.of("57P01", "57P02", "57P03", "53300");

    private Unavailability() {}

    /** Returns whether the failure, or one that caused it, means that the database cannot be reached. */
    public static boolean isCauseOf(Throwable failure) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            // A pool that a swap has closed gives no connection either, and says so without a state.
            if (cause instanceof StorageUnavailableException
                    || cause instanceof SQLTransientConnectionException
                    || cause instanceof ConnectionException) {
                return true;
            }
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                var state = sql.getSQLState();
                if (state.startsWith("08") || AWAY.contains(state)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Says what a caller should know of such a failure. */
    static String message(Throwable failure) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof PoolExhaustedException exhausted) {
                return exhausted.getMessage();
            }
        }
        return "The database cannot be reached; try again shortly.";
    }
}
