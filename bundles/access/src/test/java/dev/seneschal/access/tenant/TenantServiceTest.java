package dev.seneschal.access.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.seneschal.access.MovableClock;
import dev.seneschal.access.RecordingJournal;
import dev.seneschal.api.tenant.Tenant;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.testkit.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class TenantServiceTest {

    private static TestDatabase database;

    private final RecordingJournal journal = new RecordingJournal();
    private final TenantService tenants = new TenantService(database.storage(), journal, new MovableClock());

    @BeforeAll
    static void start() {
        database = TestDatabase.with("access");
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    @BeforeEach
    void listen() {
        tenants.start();
    }

    @AfterEach
    void close() {
        tenants.close();
    }

    @Test
    void theDefaultTenantIsThereFromTheStart() {
        assertThat(tenants.exists(TenantId.DEFAULT)).isTrue();
        assertThat(tenants.exists(new TenantId("nobody"))).isFalse();
    }

    @Test
    void aCreatedTenantExistsAndIsInTheJournal() {
        var id = new TenantId("created");
        assertThat(tenants.exists(id)).isFalse();
        tenants.create(id, "Created", "user:ann");
        assertThat(tenants.exists(id)).isTrue();
        assertThat(tenants.list()).extracting(Tenant::id).contains(id, TenantId.DEFAULT);
        assertThat(journal.actions()).containsExactly("access.tenant-create");
    }

    @Test
    void aTenantIsCreatedOnce() {
        var id = new TenantId("twice");
        tenants.create(id, "Twice", "user:ann");
        assertThatThrownBy(() -> tenants.create(id, "Twice", "user:ann"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("twice");
    }

    @Test
    void aTitleWithoutTextOrWithControlCharactersIsRefused() {
        for (var title : new String[] {"", " ", "a\r\nb", "x".repeat(201)}) {
            assertThatThrownBy(() -> tenants.create(new TenantId("titled"), title, "user:ann"))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(tenants.exists(new TenantId("titled"))).isFalse();
    }

    @Test
    void anotherNodeHearsOfANewTenant() {
        var id = new TenantId("elsewhere");
        try (var other = new TenantService(database.storage(), journal, new MovableClock())) {
            other.start();
            assertThat(other.exists(id)).isFalse();
            tenants.create(id, "Elsewhere", "user:ann");
            await().until(() -> other.exists(id));
            assertThat(other.exists(id)).isTrue();
        }
    }
}
