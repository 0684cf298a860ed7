package dev.seneschal.eventlog.append;

import java.sql.SQLException;

/** The database refused a statement of a group; the transaction is rolled back. */
final class WriteFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    WriteFailure(SQLException cause) {
        super("The database refused an append: " + cause.getMessage(), cause);
    }
}
