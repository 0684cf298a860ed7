package dev.seneschal.storage.pool;

import java.sql.SQLTransientConnectionException;

/** The database is there, but other callers use every connection of the pool. */
final class PoolExhaustedException extends SQLTransientConnectionException {

    private static final long serialVersionUID = 1L;

    PoolExhaustedException(int size, Throwable cause) {
        super(
                "All " + size
                        + " connections to the database are in use; try again shortly. If it lasts, raise poolSize in"
                        + " etc/dev.seneschal.storage.cfg.",
                cause);
    }
}
