package dev.seneschal.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.seneschal.api.storage.Scope;
import dev.seneschal.api.storage.StorageUnavailableException;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.storage.schema.Changelog;
import dev.seneschal.storage.schema.Migrator;
import dev.seneschal.testkit.TestDatabase;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class PostgresStorageTest {

    private static final TenantId ACME = new TenantId("acme");
    private static TestDatabase database;

    @BeforeAll
    static void start() {
        database = TestDatabase.with("isolation");
        database.storage()
                .system()
                .run(handle -> handle.execute("INSERT INTO tenants (id, title) VALUES ('acme', 'Acme')"));
        write(database.storage().tenant(ACME), "acme", "of acme");
        write(database.storage().tenant(TenantId.DEFAULT), "default", "of default");
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    private static void write(Scope scope, String tenant, String note) {
        scope.run(handle -> handle.execute("INSERT INTO notes (tenant_id, note) VALUES (?, ?)", tenant, note));
    }

    private static List<String> notes(Scope scope) {
        return scope.read(handle -> handle.createQuery("SELECT note FROM notes ORDER BY note")
                .mapTo(String.class)
                .list());
    }

    @Test
    void aTenantScopeSeesItsOwnRowsOnly() {
        assertThat(notes(database.storage().tenant(ACME))).containsExactly("of acme");
    }

    @Test
    void theSystemScopeSeesEveryRow() {
        assertThat(notes(database.storage().system())).contains("of acme", "of default");
    }

    @Test
    void aTenantScopeCannotWriteRowsOfAnother() {
        assertThatThrownBy(() -> write(database.storage().tenant(ACME), "default", "smuggled"))
                .isInstanceOf(JdbiException.class)
                .hasMessageContaining("row-level security");
    }

    @Test
    void aScopeInsideAnotherChangesNothingOfTheOuterOne() {
        var storage = database.storage();

        var seen = storage.tenant(ACME).<List<String>, RuntimeException>write(handle -> {
            assertThat(notes(storage.system())).contains("of default");
            handle.execute("UPDATE notes SET note = note");
            return handle.createQuery("SELECT note FROM notes")
                    .mapTo(String.class)
                    .list();
        });

        assertThat(seen).containsExactly("of acme");
    }

    @Test
    void withoutAScopeNoRowIsSeen() {
        var bare = Jdbi.create(database.connections().pool());
        long seen = bare.withHandle(handle -> handle.createQuery("SELECT count(*) FROM notes")
                .mapTo(Long.class)
                .one());
        assertThat(seen).isZero();
    }

    @Test
    void thereIsNoScopeWithoutATenant() {
        assertThatThrownBy(() -> database.storage().tenant(null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void aReadOnlyTransactionRefusesToWrite() {
        assertThatThrownBy(() -> database.storage()
                        .tenant(ACME)
                        .read(handle -> handle.execute("INSERT INTO notes (tenant_id, note) VALUES ('acme', 'x')")))
                .hasMessageContaining("read-only transaction");
    }

    @Test
    void theApplicationsRoleCannotChangeTables() {
        assertThatThrownBy(() -> database.storage().system().run(handle -> handle.execute("DROP TABLE notes")))
                .hasMessageContaining("must be owner");
    }

    @Test
    void whatFailsIsRolledBack() {
        assertThatThrownBy(() -> database.storage().tenant(ACME).run(handle -> {
                    handle.execute("INSERT INTO notes (tenant_id, note) VALUES ('acme', 'gone')");
                    throw new IllegalStateException("stop");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(notes(database.storage().tenant(ACME))).doesNotContain("gone");
    }

    @Test
    void aStorageThatWasClosedIsAway() {
        var gone = TestDatabase.with();
        gone.close();
        assertThatThrownBy(() -> gone.storage().system().run(handle -> handle.execute("SELECT 1")))
                .isInstanceOf(StorageUnavailableException.class);
    }

    @Test
    void aNotificationReachesItsListeners() throws Exception {
        var heard = new CountDownLatch(1);
        try (var listening = database.storage().listen("greetings", payload -> {
            if (payload.equals("hello")) {
                heard.countDown();
            }
        })) {
            assertThat(listening).isNotNull();
            await().until(() -> {
                database.storage().system().run(handle -> handle.execute("SELECT pg_notify('greetings', 'hello')"));
                return heard.await(200, TimeUnit.MILLISECONDS);
            });
        }
    }

    @Test
    void aFailedChangeSetIsUndoneAndEarlierOnesStay() throws Exception {
        var migrator = new Migrator(database.connections());
        var broken = new Changelog("broken", Set.of(), getClass().getClassLoader());
        assertThatThrownBy(() -> migrator.migrate(broken)).hasMessageContaining("already exists");
        try (var connection = database.superuser();
                var statement = connection.createStatement()) {
            var rows = statement.executeQuery("SELECT to_regclass('kept') IS NOT NULL, to_regclass('undone') IS NULL");
            rows.next();
            assertThat(rows.getBoolean(1)).isTrue();
            assertThat(rows.getBoolean(2)).isTrue();
        }
    }
}
