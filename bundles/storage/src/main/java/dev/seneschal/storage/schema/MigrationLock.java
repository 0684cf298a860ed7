package dev.seneschal.storage.schema;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * The right to migrate, which one node has at a time. It is released at once by closing it, and otherwise when the server
 * notices that its connection is gone. Not thread safe.
 */
final class MigrationLock implements AutoCloseable {

    /** Any constant does, as long as every node uses the same. */
    static final long KEY = 0x5e4e5c4a1L;

    private final Connection connection;

    private MigrationLock(Connection connection) {
        this.connection = connection;
    }

    /**
     * Takes it without waiting.
     *
     * @throws NotYetException if another node has it
     */
    static MigrationLock take(Connection connection) throws SQLException, NotYetException {
        if (!ask(connection, "SELECT pg_try_advisory_lock(?)")) {
            throw new NotYetException("another node migrates");
        }
        return new MigrationLock(connection);
    }

    private static boolean ask(Connection connection, String question) throws SQLException {
        try (var statement = connection.prepareStatement(question)) {
            statement.setLong(1, KEY);
            try (var rows = statement.executeQuery()) {
                return rows.next() && rows.getBoolean(1);
            }
        }
    }

    @Override
    public void close() throws SQLException {
        ask(connection, "SELECT pg_advisory_unlock(?)");
    }
}
