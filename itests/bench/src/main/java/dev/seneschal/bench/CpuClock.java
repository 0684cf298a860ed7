package dev.seneschal.bench;

import java.sql.SQLException;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * How much processor time this process and the database server have used. On a machine that does other things as well, it
 * says more than a clock on the wall.
 */
final class CpuClock {

    private final ProcessHandle server;

    CpuClock(BenchDatabase database) throws SQLException {
        try (var connection = database.open();
                var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT pg_backend_pid()")) {
            row.next();
            this.server = ProcessHandle.of(row.getLong(1))
                    .flatMap(ProcessHandle::parent)
                    .orElseThrow();
        }
    }

    /** Returns the time this process has used so far. */
    Duration host() {
        return used(ProcessHandle.current());
    }

    /** Returns the time the server's processes have used so far, those that have ended left out. */
    Duration database() {
        return Stream.concat(Stream.of(server), server.children())
                .map(CpuClock::used)
                .reduce(Duration.ZERO, Duration::plus);
    }

    private static Duration used(ProcessHandle process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }
}
