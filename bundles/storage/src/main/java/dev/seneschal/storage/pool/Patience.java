package dev.seneschal.storage.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/**
 * How long a statement may take. The server ends what takes too long; the socket's timeout, which is a little longer, is
 * for a server that hangs or cannot be heard.
 */
enum Patience {
    /** What requests and workers do. */
    ORDINARY("9s", Duration.ofSeconds(10)),
    /** Exports and counts over large tables: they may take any time, if only the server says something now and then. */
    LONG("0", Duration.ofMinutes(5));

    private final String statementTimeout;
    private final Duration silence;

    Patience(String statementTimeout, Duration silence) {
        this.statementTimeout = statementTimeout;
        this.silence = silence;
    }

    /** Returns the value of PostgreSQL's setting. */
    String statementTimeout() {
        return statementTimeout;
    }

    /** Lets a connection wait as long as this; the pool undoes it when the connection is given back. */
    void applyTo(Connection connection) throws SQLException {
        connection.setNetworkTimeout(Runnable::run, (int) silence.toMillis());
    }
}
