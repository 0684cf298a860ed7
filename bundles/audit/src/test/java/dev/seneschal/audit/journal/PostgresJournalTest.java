package dev.seneschal.audit.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seneschal.api.audit.JournalEntry;
import dev.seneschal.api.storage.Scope;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.testkit.TestDatabase;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PostgresJournalTest {

    private static final TenantId ACME = new TenantId("acme");
    private static TestDatabase database;
    private static PostgresJournal journal;

    @BeforeAll
    static void start() {
        database = TestDatabase.with("audit");
        database.storage()
                .system()
                .run(handle -> handle.execute("INSERT INTO tenants (id, title) VALUES ('acme', 'Acme')"));
        journal = new PostgresJournal(database.storage(), Clock.systemUTC());
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    private static JournalEntry entry(TenantId tenant, String reason) {
        return new JournalEntry(tenant, "user:admin", "test.act", "table:x", reason, null, Map.of("rows", "3"));
    }

    private static long count(Scope scope, UUID id) {
        return scope.read(handle -> handle.createQuery("SELECT count(*) FROM audit_entries WHERE id = ?")
                .bind(0, id)
                .mapTo(Long.class)
                .one());
    }

    @Test
    void anEntryExistsIfAndOnlyIfItsActCommits() {
        var kept = journal.record(entry(ACME, "kept"));
        var ids = new UUID[1];
        assertThatThrownBy(() -> database.storage().tenant(ACME).run(handle -> {
                    ids[0] = journal.record(handle, entry(ACME, "gone"));
                    throw new IllegalStateException("the act failed");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(count(database.storage().system(), kept)).isOne();
        assertThat(count(database.storage().system(), ids[0])).isZero();
    }

    @Test
    void anotherTenantDoesNotSeeItAndCannotWriteInItsName() {
        var id = journal.record(entry(ACME, "private"));
        var other = database.storage().tenant(TenantId.DEFAULT);
        assertThat(count(other, id)).isZero();
        assertThatThrownBy(() -> other.run(handle -> journal.record(handle, entry(ACME, "forged"))))
                .hasMessageContaining("row-level security");
    }

    @Test
    void charactersPostgresCannotStoreDoNotFailTheAct() {
        var id = journal.record(entry(ACME, "a\u0000b\ud800c 'quoted' \"double\" \\ \r\n ü 漢 \ud83d\ude00"));
        String reason = database.storage().system().read(handle -> handle.createQuery(
                        "SELECT reason FROM audit_entries WHERE id = ?")
                .bind(0, id)
                .mapTo(String.class)
                .one());
        assertThat(reason).isEqualTo("a\ufffdb\ufffdc 'quoted' \"double\" \\ \r\n ü 漢 \ud83d\ude00");
    }

    @ParameterizedTest
    @ValueSource(strings = {"audit_entries", "audit_log", "audit_sequence", "audit_checkpoints", "audit_keys"})
    void theApplicationsRoleCanNeitherChangeNorRemoveWhatStands(String table) {
        var column = Map.of(
                        "audit_entries", "reason",
                        "audit_log", "created_at",
                        "audit_sequence", "leaf_index",
                        "audit_checkpoints", "note",
                        "audit_keys", "reason")
                .get(table);
        var system = database.storage().system();
        assertThatThrownBy(() ->
                        system.run(handle -> handle.execute("UPDATE " + table + " SET " + column + " = " + column)))
                .hasMessageContaining("permission denied");
        assertThatThrownBy(() -> system.run(handle -> handle.execute("DELETE FROM " + table)))
                .hasMessageContaining("permission denied");
        assertThatThrownBy(() -> system.run(handle -> handle.execute("TRUNCATE " + table)))
                .hasMessageContaining("permission denied");
    }

    @ParameterizedTest
    @ValueSource(strings = {"audit_entries", "audit_sequence", "audit_checkpoints"})
    void notEvenTheirOwnerChangesThemWithoutForce(String table) throws Exception {
        try (var owner = database.connections().openAsOwner();
                var statement = owner.createStatement()) {
            assertThatThrownBy(() -> statement.execute("DELETE FROM " + table))
                    .hasMessageContaining("never changed or removed");
        }
    }
}
