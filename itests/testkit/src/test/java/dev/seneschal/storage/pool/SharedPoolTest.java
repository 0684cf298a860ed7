package dev.seneschal.storage.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seneschal.api.storage.Scope;
import dev.seneschal.api.storage.StorageUnavailableException;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.testkit.TestDatabase;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.osgi.PGDataSourceFactory;

/** Many callers, two connections. */
final class SharedPoolTest {

    private static TestDatabase database;

    private Connections connections;
    private Notifications notifications;
    private PostgresStorage storage;

    @BeforeAll
    static void start() {
        database = TestDatabase.with();
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    @BeforeEach
    void open() {
        connections = new Connections(
                new PGDataSourceFactory(), database.connections().server(), 2);
        notifications = new Notifications(connections);
        notifications.start();
        storage = new PostgresStorage(connections, notifications);
    }

    @AfterEach
    void close() {
        notifications.close();
        connections.close();
    }

    private static String timeout(Scope scope) {
        return scope.read(handle ->
                handle.createQuery("SHOW statement_timeout").mapTo(String.class).one());
    }

    @Test
    void aPoolThatIsUsedUpIsNotADatabaseThatIsAway() throws Exception {
        try (var first = connections.borrow();
                var second = connections.borrow()) {
            assertThat(first).isNotSameAs(second);
            assertThatThrownBy(() -> timeout(storage.system()))
                    .isInstanceOf(StorageUnavailableException.class)
                    .hasMessageContaining("All 2 connections")
                    .hasMessageContaining("poolSize");
        }

        assertThat(timeout(storage.system())).isEqualTo("9s");
    }

    @Test
    void longWorkLeavesHalfOfThePoolToShortWork() {
        storage.system().patient().run(handle -> {
            assertThatThrownBy(() -> timeout(storage.system().patient()))
                    .isInstanceOf(StorageUnavailableException.class)
                    .hasMessageContaining("long work");
            assertThat(timeout(storage.system())).isEqualTo("9s");
        });

        assertThat(timeout(storage.system().patient())).isEqualTo("0");
    }

    @Test
    void aPatientScopeSeesTheSameRows() {
        var acme = new TenantId("acme");
        String tenant = storage.tenant(acme).patient().read(handle -> handle.createQuery(
                        "SELECT current_setting('seneschal.tenant')")
                .mapTo(String.class)
                .one());
        assertThat(tenant).isEqualTo("acme");
        assertThatThrownBy(() -> storage.tenant(acme)
                        .patient()
                        .read(handle -> handle.execute("INSERT INTO tenants (id, title) VALUES ('x', 'X')")))
                .hasMessageContaining("read-only transaction");
    }

    @Test
    void aStatementThatTakesTooLongIsWrongNotADatabaseThatIsAway() {
        assertThatThrownBy(() -> storage.system().run(handle -> handle.execute("SELECT pg_sleep(60)")))
                .isInstanceOf(JdbiException.class)
                .hasMessageContaining("statement timeout");
    }

    @Test
    void thePoolGrowsAndShrinksWhileItIsUsed() throws Exception {
        try (var first = connections.borrow();
                var second = connections.borrow()) {
            connections.resize(3);
            assertThat(first).isNotSameAs(second);
            assertThat(timeout(storage.system())).isEqualTo("9s");
        }
        connections.resize(2);
        assertThat(connections.size()).isEqualTo(2);
    }
}
