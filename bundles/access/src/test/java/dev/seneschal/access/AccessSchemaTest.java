package dev.seneschal.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.testkit.TestDatabase;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class AccessSchemaTest {

    private static final String SESSION =
            "INSERT INTO admin_sessions (id, tenant_id, account, remote_address) VALUES (?, 'default', 'ann', '127.0.0.1')";

    private static TestDatabase database;

    @BeforeAll
    static void start() {
        database = TestDatabase.with("access");
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    @Test
    void anAccountHasOneOpenSessionPerAddress() {
        var scope = database.storage().tenant(TenantId.DEFAULT);
        scope.run(handle -> handle.execute(SESSION, UUID.randomUUID()));
        assertThatThrownBy(() -> scope.run(handle -> handle.execute(SESSION, UUID.randomUUID())))
                .hasMessageContaining("admin_sessions_open");
    }

    @Test
    void anotherTenantSeesNoSession() {
        long seen = database.storage().tenant(new TenantId("acme")).read(handle -> handle.createQuery(
                        "SELECT count(*) FROM admin_sessions")
                .mapTo(Long.class)
                .one());
        assertThat(seen).isZero();
    }
}
