package dev.seneschal.storage.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.seneschal.api.storage.DatabaseServer;
import dev.seneschal.storage.pool.Connections;
import dev.seneschal.testkit.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import liquibase.Scope;
import liquibase.analytics.configuration.AnalyticsArgs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.osgi.PGDataSourceFactory;

final class MigratorTest {

    private static final int NODES = 4;

    private TestDatabase database;

    @BeforeEach
    void start() {
        database = TestDatabase.with();
    }

    @AfterEach
    void stop() {
        database.close();
    }

    private static Changelog changelog(String schema) {
        return new Changelog(schema, Set.of(), MigratorTest.class.getClassLoader());
    }

    private void asSuperuser(String... statements) throws SQLException {
        try (var connection = database.superuser();
                var statement = connection.createStatement()) {
            for (var sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private String query(String sql) throws SQLException {
        try (var connection = database.superuser();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private Connections as(String application) {
        var server = database.connections().server();
        return new Connections(
                new PGDataSourceFactory(),
                new DatabaseServer() {
                    @Override
                    public String url() {
                        return server.url();
                    }

                    @Override
                    public Login owner() {
                        return server.owner();
                    }

                    @Override
                    public Login application() {
                        return new Login(application, null);
                    }
                },
                2);
    }

    @Test
    void severalNodesStartingAtOnceMigrateOnce() throws Exception {
        var together = new CyclicBarrier(NODES);
        var nodes = Executors.newFixedThreadPool(NODES);
        try {
            var results = new ArrayList<Future<Integer>>();
            for (int node = 0; node < NODES; node++) {
                results.add(nodes.submit(() -> {
                    together.await();
                    return await().atMost(Duration.ofSeconds(60))
                            .ignoreException(NotYetException.class)
                            .until(() -> new Migrator(database.connections()).migrate(changelog("orchard")), n -> true);
                }));
            }
            for (var result : results) {
                assertThat(result.get()).isEqualTo(2);
            }
        } finally {
            nodes.shutdownNow();
        }

        assertThat(query("SELECT count(*) FROM harvests")).isEqualTo("1");
        assertThat(query("SELECT count(*) FROM databasechangelog WHERE filename = 'db/orchard.sql'"))
                .isEqualTo("2");
    }

    @Test
    void saysThatAnotherNodeMigratesInsteadOfWaiting() throws Exception {
        var migrator = new Migrator(database.connections());
        try (var other = database.connections().openAsOwner();
                var statement = other.createStatement()) {
            statement.execute("SELECT pg_advisory_lock(" + MigrationLock.KEY + ")");

            assertThatThrownBy(() -> migrator.migrate(changelog("orchard")))
                    .isInstanceOf(NotYetException.class)
                    .hasMessage("another node migrates");
            assertThat(migrator.migrate(changelog("core"))).isEqualTo(3);
        }

        assertThat(migrator.migrate(changelog("orchard"))).isEqualTo(2);
    }

    @Test
    void tellsNobodyOutsideThatItMigrates() throws Exception {
        var enabled = Scope.child(Migrator.settings(changelog("core")), AnalyticsArgs.ENABLED::getCurrentValue);
        assertThat(enabled).isFalse();
    }

    @Test
    void countsWhatAFailedChangelogHasApplied() {
        var migrator = new Migrator(database.connections());

        assertThatThrownBy(() -> migrator.migrate(changelog("broken"))).hasMessageContaining("already exists");

        assertThat(migrator.applied("broken")).isEqualTo(1);
    }

    @Test
    void anotherRoleGetsTheRightsOfTheOneBeforeIt() throws Exception {
        new Migrator(database.connections()).migrate(changelog("orchard"));
        asSuperuser(
                "DROP ROLE IF EXISTS successor",
                "CREATE ROLE successor LOGIN",
                "REVOKE UPDATE, DELETE ON harvests FROM seneschal_app");
        try (var connections = as("successor")) {
            var migrator = new Migrator(connections);
            assertThat(migrator.migrate(changelog("core"))).isEqualTo(3);
            assertThat(migrator.migrate(changelog("later"))).isEqualTo(1);
            try (var connection = connections.open();
                    var statement = connection.createStatement()) {
                assertThat(statement.executeUpdate("INSERT INTO harvests (tenant_id) SELECT 'default' WHERE false"))
                        .isZero();
                assertThat(statement.executeUpdate("DELETE FROM later")).isZero();
                assertThatThrownBy(() -> statement.executeUpdate("DELETE FROM harvests"))
                        .hasMessageContaining("permission denied");
            }
        } finally {
            asSuperuser("DROP OWNED BY successor", "DROP ROLE successor");
        }
    }

    @Test
    void refusesARoleForWhichRowLevelSecurityDoesNotHold() throws Exception {
        for (var power : new String[] {"SUPERUSER", "BYPASSRLS"}) {
            asSuperuser("DROP ROLE IF EXISTS almighty", "CREATE ROLE almighty LOGIN " + power);
            try (var connections = as("almighty")) {
                var migrator = new Migrator(connections);
                assertThatThrownBy(() -> migrator.migrate(changelog("core")))
                        .isInstanceOf(NotYetException.class)
                        .hasMessageContaining("the role almighty sees the rows of every tenant")
                        .hasMessageContaining("ALTER ROLE \"almighty\" NOSUPERUSER NOBYPASSRLS");

                asSuperuser("ALTER ROLE \"almighty\" NOSUPERUSER NOBYPASSRLS");

                assertThat(migrator.migrate(changelog("core"))).isEqualTo(3);
            } finally {
                asSuperuser("DROP OWNED BY almighty", "DROP ROLE almighty");
            }
        }
    }
}
