package dev.seneschal.bench;

import dev.seneschal.api.storage.DatabaseServer;
import dev.seneschal.storage.pool.Connections;
import dev.seneschal.storage.pool.Notifications;
import dev.seneschal.storage.pool.PostgresStorage;
import dev.seneschal.storage.schema.Changelog;
import dev.seneschal.storage.schema.Migrator;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.postgresql.osgi.PGDataSourceFactory;

/** A PostgreSQL of its own that loses nothing: the test kit's trades durability for speed. */
final class BenchDatabase implements DatabaseServer, AutoCloseable {

    /** Held, because a level is lost with its logger. */
    private static final Logger LIQUIBASE = Logger.getLogger("liquibase");

    private final EmbeddedPostgres postgres;
    private final Connections connections;
    private final Notifications notifications;

    BenchDatabase(String... schemas) throws Exception {
        LIQUIBASE.setLevel(Level.SEVERE);
        this.postgres = EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("unix_socket_directories", "")
                .start();
        try (var connection = postgres.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("CREATE ROLE bench_owner LOGIN");
            statement.execute("CREATE ROLE bench_app LOGIN");
            statement.execute("CREATE DATABASE bench OWNER bench_owner");
        }
        this.connections = new Connections(new PGDataSourceFactory(), this, 10);
        var migrator = new Migrator(connections);
        for (var schema : schemas) {
            migrator.migrate(new Changelog(schema, Set.of(), getClass().getClassLoader()));
        }
        this.notifications = new Notifications(connections);
        notifications.start();
    }

    @Override
    public String url() {
        return "jdbc:postgresql://localhost:" + postgres.getPort() + "/bench";
    }

    @Override
    public Login owner() {
        return new Login("bench_owner", null);
    }

    @Override
    public Login application() {
        return new Login("bench_app", null);
    }

    PostgresStorage storage() {
        return new PostgresStorage(connections, notifications);
    }

    /** Opens a connection of the role the log itself uses. The caller closes it. */
    Connection open() throws SQLException {
        return connections.open();
    }

    /** Runs statements as the owner of the tables. */
    void asOwner(String... statements) throws SQLException {
        try (var connection = connections.openAsOwner();
                var statement = connection.createStatement()) {
            for (var sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** Runs statements as the superuser. */
    void asSuperuser(String... statements) throws SQLException {
        try (var connection = postgres.getDatabase("postgres", "bench").getConnection();
                var statement = connection.createStatement()) {
            for (var sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** Returns the settings that say whether a commit is on the disk. */
    String durability() throws SQLException {
        var text = new StringBuilder();
        try (var connection = open();
                var statement = connection.createStatement()) {
            for (var setting : List.of("server_version", "fsync", "synchronous_commit", "full_page_writes")) {
                try (var row = statement.executeQuery("SHOW " + setting)) {
                    row.next();
                    text.append(setting).append('=').append(row.getString(1)).append(' ');
                }
            }
        }
        return text.toString().strip();
    }

    @Override
    public void close() throws IOException {
        notifications.close();
        connections.close();
        postgres.close();
    }
}
