package dev.seneschal.testkit;

import dev.seneschal.api.storage.DatabaseServer;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.storage.pool.Connections;
import dev.seneschal.storage.pool.Notifications;
import dev.seneschal.storage.pool.PostgresStorage;
import dev.seneschal.storage.schema.Changelog;
import dev.seneschal.storage.schema.Migrator;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.postgresql.osgi.PGDataSourceFactory;

/**
 * A database of its own on a real PostgreSQL that all tests of this process share, with the given schemas migrated and the
 * same two roles as in production. Safe for use by any thread; one per test class is a good measure.
 */
public final class TestDatabase implements AutoCloseable {

    /** Liquibase says everything at INFO; held here because a level is lost with its logger. */
    private static final Logger LIQUIBASE = Logger.getLogger("liquibase");

    static {
        LIQUIBASE.setLevel(Level.SEVERE);
    }

    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final String OWNER = "seneschal_owner";
    private static final String APPLICATION = "seneschal_app";

    private final String name;
    private final Connections connections;
    private final Notifications notifications;
    private final PostgresStorage storage;

    private TestDatabase(String name, Connections connections) {
        this.name = name;
        this.connections = connections;
        this.notifications = new Notifications(connections);
        notifications.start();
        this.storage = new PostgresStorage(connections, notifications);
    }

    /**
     * Creates a database and migrates {@code core} and then the schemas, in the order given.
     *
     * @param schemas names of changelogs {@code db/<schema>.sql} on the class path
     */
    public static TestDatabase with(String... schemas) {
        var name = "test" + COUNT.incrementAndGet();
        try {
            try (var connection = Server.SHARED.postgres.getPostgresDatabase().getConnection();
                    var statement = connection.createStatement()) {
                statement.execute("CREATE DATABASE " + name + " OWNER " + OWNER);
            }
            var connections = new Connections(new PGDataSourceFactory(), Server.SHARED.database(name), 10);
            var migrator = new Migrator(connections);
            migrator.migrate(changelog("core"));
            for (var schema : schemas) {
                migrator.migrate(changelog(schema));
            }
            return new TestDatabase(name, connections);
        } catch (Exception e) {
            throw new IllegalStateException("The test database could not be made", e);
        }
    }

    private static Changelog changelog(String schema) {
        return new Changelog(schema, Set.of(), TestDatabase.class.getClassLoader());
    }

    /** Returns the storage, as a bundle would get it. */
    public Storage storage() {
        return storage;
    }

    /** Returns the ways to the database, for tests of the storage itself. */
    public Connections connections() {
        return connections;
    }

    /** Opens a plain superuser connection, to look behind row-level security. The caller closes it. */
    public Connection superuser() throws SQLException {
        return DriverManager.getConnection(
                Server.SHARED.url(name) + "?user=postgres&currentSchema=" + Connections.SCHEMA);
    }

    @Override
    public void close() {
        notifications.close();
        connections.close();
    }

    /** The server, started when the first test needs it and stopped with the process. */
    private enum Server {
        SHARED;

        private final EmbeddedPostgres postgres;

        Server() {
            try {
                postgres = EmbeddedPostgres.builder()
                        .setServerConfig("max_connections", "200")
                        .setServerConfig("unix_socket_directories", "")
                        .start();
                try (var connection = postgres.getPostgresDatabase().getConnection();
                        var statement = connection.createStatement()) {
                    statement.execute("CREATE ROLE " + OWNER + " LOGIN");
                    statement.execute("CREATE ROLE " + APPLICATION + " LOGIN");
                }
            } catch (IOException | SQLException e) {
                throw new IllegalStateException("PostgreSQL did not start", e);
            }
        }

        String url(String database) {
            return "jdbc:postgresql://localhost:" + postgres.getPort() + "/" + database;
        }

        DatabaseServer database(String database) {
            return new DatabaseServer() {
                @Override
                public String url() {
                    return Server.this.url(database);
                }

                @Override
                public Login owner() {
                    return new Login(OWNER, null);
                }

                @Override
                public Login application() {
                    return new Login(APPLICATION, null);
                }
            };
        }
    }
}
