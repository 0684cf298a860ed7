package dev.seneschal.access.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seneschal.access.RecordingJournal;
import dev.seneschal.access.Started;
import dev.seneschal.access.tenant.TenantService;
import dev.seneschal.api.access.Access;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.testkit.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.console.Session;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What operators see at the prompt, on real keys and tenants. */
final class CommandsTest {

    private static TestDatabase database;
    private static RecordingJournal journal;
    private static Started started;
    private static TenantService tenants;
    private static Access access;

    private final PrintStream console = System.out;

    @BeforeAll
    static void start() {
        database = TestDatabase.with("access");
        journal = new RecordingJournal();
        started = new Started(database.storage(), journal);
        access = started.access();
        tenants = new TenantService(database.storage(), journal, Clock.systemUTC());
        tenants.start();
    }

    @AfterAll
    static void stop() {
        tenants.close();
        started.close();
        database.close();
    }

    @AfterEach
    void giveBack() {
        System.setOut(console);
    }

    private String print(Action command) throws Exception {
        var output = new ByteArrayOutputStream();
        System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
        command.execute();
        return output.toString(StandardCharsets.UTF_8);
    }

    private static Session session(String user) {
        return (Session) Proxy.newProxyInstance(
                CommandsTest.class.getClassLoader(), new Class<?>[] {Session.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("get") && arguments[0].equals("USER")) {
                        return user;
                    }
                    throw new UnsupportedOperationException(method.getName());
                });
    }

    private static KeyCreateCommand create(TenantId tenant, String name, Integer days) {
        return new KeyCreateCommand(access, session("ann"), tenant, name, List.of("events:publish"), days);
    }

    @Test
    void aKeysSecretIsPrintedOnceAndTheKeyIsListedUntilItIsRevoked() throws Exception {
        var secret = print(create(TenantId.DEFAULT, "ci", 7)).strip();
        assertThat(access.authenticate("Bearer " + secret, "here").name()).isEqualTo("key:ci");
        var list = print(new KeyListCommand(access, TenantId.DEFAULT));
        assertThat(list).contains("ci", "valid", "events:publish").doesNotContain(secret);
        var id = access.keys(TenantId.DEFAULT).get(0).id().toString();
        assertThat(print(new KeyRevokeCommand(access, session("ann"), TenantId.DEFAULT, id)))
                .contains("is revoked");
        assertThat(print(new KeyListCommand(access, TenantId.DEFAULT))).contains("revoked");
        assertThat(print(new KeyRevokeCommand(access, session("ann"), TenantId.DEFAULT, id)))
                .contains("nothing was changed");
    }

    @Test
    void whatIsWrongIsSaidInWords() {
        assertThatThrownBy(() -> print(create(new TenantId("nosuch"), "x", null)))
                .hasMessage("There is no tenant 'nosuch'.");
        assertThatThrownBy(() -> print(create(TenantId.DEFAULT, "x", -1))).hasMessageContaining("expired already");
        assertThatThrownBy(() -> print(create(TenantId.DEFAULT, "x", Integer.MAX_VALUE)))
                .hasMessageContaining("cannot expire after");
        assertThatThrownBy(() -> print(new KeyRevokeCommand(access, session("ann"), TenantId.DEFAULT, "x")))
                .hasMessageContaining("access:key-list");
        assertThat(access.revokeKey(TenantId.DEFAULT, UUID.randomUUID(), "system"))
                .isFalse();
    }

    @Test
    void aTenantIsCreatedAndListed() throws Exception {
        assertThat(print(new TenantCreateCommand(tenants, session(null), "acme")))
                .contains("acme");
        assertThat(print(new TenantListCommand(tenants))).contains("acme", "default");
        assertThatThrownBy(() -> print(new TenantCreateCommand(tenants, session(null), "acme")))
                .hasMessageContaining("already");
    }

    @Test
    void theConsoleInTheForegroundIsTheHostItself() {
        assertThat(Actor.of(session(null))).isEqualTo("system");
        assertThat(Actor.of(session("ann"))).isEqualTo("user:ann");
    }
}
