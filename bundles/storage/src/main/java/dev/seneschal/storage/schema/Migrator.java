package dev.seneschal.storage.schema;

import dev.seneschal.storage.pool.Connections;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import liquibase.Scope;
import liquibase.UpdateSummaryEnum;
import liquibase.UpdateSummaryOutputEnum;
import liquibase.analytics.configuration.AnalyticsArgs;
import liquibase.command.CommandScope;
import liquibase.command.core.UpdateCommandStep;
import liquibase.command.core.helpers.ChangeExecListenerCommandStep;
import liquibase.command.core.helpers.DbUrlConnectionArgumentsCommandStep;
import liquibase.command.core.helpers.ShowSummaryArgument;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.exception.LiquibaseException;
import liquibase.resource.ClassLoaderResourceAccessor;
import liquibase.ui.LoggerUIService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a schema to the state its changelog describes. Of several nodes one migrates, the others hear that it is not yet
 * their turn: whoever has an advisory lock, which vanishes with its connection; Liquibase's own lock row would outlive a
 * killed node. Not thread safe.
 */
public final class Migrator {

    private static final Logger LOG = LoggerFactory.getLogger(Migrator.class);

    private final Connections connections;

    /** Migrates as the server's owner. */
    public Migrator(Connections connections) {
        this.connections = connections;
    }

    /**
     * Applies what is missing.
     *
     * @return how many change sets have been applied in all
     * @throws NotYetException if another node migrates, or the application's role would see every tenant's rows
     * @throws SQLException if the database cannot be reached
     * @throws LiquibaseException if a change set is wrong; earlier ones stay applied, it is rolled back
     * @throws IOException if the changelog cannot be read
     */
    public int migrate(Changelog changelog) throws NotYetException, SQLException, LiquibaseException, IOException {
        var digest = changelog.digest();
        try (var connection = connections.openAsOwner()) {
            var rights =
                    new Rights(connection, connections.server().application().user());
            rights.check();
            int applied = applied(connection, changelog.schema(), digest);
            if (applied >= 0 && rights.areGranted()) {
                return applied;
            }
            try (var unused = MigrationLock.take(connection)) {
                prepare(connection);
                rights.grant();
                // Another node may have been here between the look and the lock.
                applied = applied(connection, changelog.schema(), digest);
                if (applied >= 0) {
                    return applied;
                }
                updateWithLiquibasesLoader(connection, changelog);
                return finish(connection, changelog.schema(), digest);
            }
        }
    }

    /** Returns how many change sets of the schema have been applied, or 0 if the database does not say. */
    public int applied(String schema) {
        try (var connection = connections.openAsOwner();
                var statement = connection.prepareStatement(
                        "SELECT count(*) FROM seneschal.databasechangelog WHERE filename = ?")) {
            statement.setString(1, Changelog.path(schema));
            try (var rows = statement.executeQuery()) {
                rows.next();
                return rows.getInt(1);
            }
        } catch (SQLException e) {
            LOG.debug("The change sets of schema={} cannot be counted", schema, e);
            return 0;
        }
    }

    private static void prepare(Connection connection) throws SQLException {
        if (isThere(connection, "seneschal.schema_digests")) {
            return;
        }
        try (var statement = connection.createStatement()) {
            statement.execute("CREATE SCHEMA IF NOT EXISTS " + Connections.SCHEMA);
            statement.execute(
                    """
                    CREATE TABLE seneschal.schema_digests (
                        schema     text        PRIMARY KEY,
                        digest     text        NOT NULL,
                        applied    integer     NOT NULL,
                        applied_at timestamptz NOT NULL DEFAULT now()
                    )""");
        }
    }

    /** Returns the number of change sets if this very changelog was applied before, else -1. */
    private static int applied(Connection connection, String schema, String digest) throws SQLException {
        if (!isThere(connection, "seneschal.schema_digests")) {
            return -1;
        }
        try (var statement = connection.prepareStatement(
                "SELECT applied FROM seneschal.schema_digests WHERE schema = ? AND digest = ?")) {
            statement.setString(1, schema);
            statement.setString(2, digest);
            try (var rows = statement.executeQuery()) {
                return rows.next() ? rows.getInt(1) : -1;
            }
        }
    }

    /** Liquibase finds its parts by ServiceLoader in the thread's context class loader. */
    private void updateWithLiquibasesLoader(Connection locked, Changelog changelog)
            throws SQLException, LiquibaseException {
        var thread = Thread.currentThread();
        var before = thread.getContextClassLoader();
        thread.setContextClassLoader(Scope.class.getClassLoader());
        try {
            update(locked, changelog);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private void update(Connection locked, Changelog changelog) throws SQLException, LiquibaseException {
        releaseStaleLock(locked);
        LOG.info("Migrating schema={}", changelog.schema());
        try (var connection = connections.openAsOwner()) {
            var database =
                    DatabaseFactory.getInstance().findCorrectDatabaseImplementation(new JdbcConnection(connection));
            database.setDefaultSchemaName(Connections.SCHEMA);
            database.setLiquibaseSchemaName(Connections.SCHEMA);
            Scope.child(settings(changelog), () -> new CommandScope(UpdateCommandStep.COMMAND_NAME)
                    .addArgumentValue(DbUrlConnectionArgumentsCommandStep.DATABASE_ARG, database)
                    .addArgumentValue(UpdateCommandStep.CHANGELOG_FILE_ARG, changelog.path())
                    .addArgumentValue(ChangeExecListenerCommandStep.CHANGE_EXEC_LISTENER_ARG, null)
                    .addArgumentValue(ShowSummaryArgument.SHOW_SUMMARY, UpdateSummaryEnum.OFF)
                    .addArgumentValue(ShowSummaryArgument.SHOW_SUMMARY_OUTPUT, UpdateSummaryOutputEnum.LOG)
                    .execute());
        } catch (SQLException | LiquibaseException e) {
            throw e;
        } catch (Exception e) {
            throw new LiquibaseException(e.getMessage(), e);
        }
    }

    /** Liquibase would report its use to its maker, and ask a server of theirs first. */
    static Map<String, Object> settings(Changelog changelog) {
        return Map.of(
                Scope.Attr.resourceAccessor.name(),
                new ClassLoaderResourceAccessor(changelog.loader()),
                Scope.Attr.ui.name(),
                new LoggerUIService(),
                AnalyticsArgs.ENABLED.getKey(),
                false);
    }

    /** Whoever holds the advisory lock is alone; a lock row is then what a killed node left behind. */
    private static void releaseStaleLock(Connection connection) throws SQLException {
        if (isThere(connection, "seneschal.databasechangeloglock")) {
            try (var statement = connection.createStatement()) {
                statement.executeUpdate("UPDATE seneschal.databasechangeloglock"
                        + " SET locked = false, lockgranted = NULL, lockedby = NULL WHERE locked");
            }
        }
    }

    private static boolean isThere(Connection connection, String table) throws SQLException {
        try (var statement = connection.prepareStatement("SELECT to_regclass(?) IS NOT NULL")) {
            statement.setString(1, table);
            try (var rows = statement.executeQuery()) {
                rows.next();
                return rows.getBoolean(1);
            }
        }
    }

    private static int finish(Connection connection, String schema, String digest) throws SQLException {
        try (var statement = connection.prepareStatement(
                """
                INSERT INTO seneschal.schema_digests AS d (schema, digest, applied)
                SELECT ?, ?, count(*) FROM seneschal.databasechangelog WHERE filename = ?
                ON CONFLICT (schema) DO UPDATE
                   SET digest = EXCLUDED.digest, applied = EXCLUDED.applied, applied_at = now()
                RETURNING applied""")) {
            statement.setString(1, schema);
            statement.setString(2, digest);
            statement.setString(3, Changelog.path(schema));
            try (var rows = statement.executeQuery()) {
                rows.next();
                return rows.getInt(1);
            }
        }
    }
}
