package dev.seneschal.retention.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seneschal.api.http.Problem;
import dev.seneschal.retention.Host;
import dev.seneschal.retention.policy.Policy;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Session;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CommandsTest {

    private static Host host;

    @BeforeAll
    static void startHost() {
        host = new Host();
    }

    @AfterAll
    static void stopHost() {
        host.close();
    }

    @BeforeEach
    void start() throws Exception {
        host.clean();
        host.samples(40);
    }

    /** A session of a user, or of the console in the foreground, which has none. */
    private static Session session(String user) {
        return (Session) Proxy.newProxyInstance(
                Session.class.getClassLoader(), new Class<?>[] {Session.class}, (proxy, method, arguments) -> user);
    }

    private static String run(Action command) throws Exception {
        var printed = new ByteArrayOutputStream();
        var console = System.out;
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            command.execute();
        } finally {
            System.setOut(console);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }

    private static Action activate(String tenant, String id, boolean off) {
        return new ActivateCommand(host.policies, session("ann"), tenant, id, off);
    }

    private static Action preview(String tenant, String id) {
        return new PreviewCommand(host.previews, session("ann"), tenant, id);
    }

    private static Action start(String user, String tenant, String id) {
        return new RunCommand(host.previews, host.runs, session(user), tenant, id, true);
    }

    private static Policy policy() {
        return host.policy("samples", "created_at", 30, null);
    }

    @Test
    void showsActivatesPreviewsAndRunsAPolicy() throws Exception {
        var policy = policy();
        var id = policy.id().toString();
        assertThat(run(activate("default", id, true))).contains("previewed only");
        assertThat(run(new PoliciesCommand(host.policies))).contains(id, "samples", "preview only");
        var shown = run(preview("default", id));
        assertThat(shown).contains("to archive, then delete", "10", "retention:run ");
        var preview = host.previews.newest(Host.TENANT).get(0).toString();
        assertThat(shown).contains(preview);
        assertThatThrownBy(() -> run(start("ann", "default", preview))).hasMessageContaining("not active");
        assertThat(run(activate("default", id, false))).contains("is active");
        assertThat(run(start("ann", "default", preview))).contains("run ", "APPROVED", "of 10");
        assertThat(run(new RunsCommand(host.runs, 20))).contains("samples", "APPROVED", "user:ann");
    }

    @Test
    void theConsoleInTheForegroundActsForTheHost() throws Exception {
        host.preview(policy());
        run(start(null, "default", host.previews.newest(Host.TENANT).get(0).toString()));
        assertThat(host.runs.list(1).get(0).requestedBy()).isEqualTo("system");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense", "1' OR '1'='1", "samples"})
    void whatIsNoIdentifierIsRefusedAndSaysWhereOneComesFrom(String id) {
        assertThatThrownBy(() -> run(activate("default", id, false))).hasMessageContaining("retention:policies");
        assertThatThrownBy(() -> run(preview("default", id))).hasMessageContaining("retention:policies");
        assertThatThrownBy(() -> run(start("ann", "default", id))).hasMessageContaining("retention:preview");
    }

    @Test
    void anotherTenantsPolicyIsNotFoundAndATenantThatIsNoneIsRefused() {
        var id = policy().id().toString();
        assertThatThrownBy(() -> run(activate("other", id, true))).isInstanceOf(Problem.class);
        assertThatThrownBy(() -> run(preview("other", id))).isInstanceOf(Problem.class);
        assertThatThrownBy(() -> run(preview("No Tenant", id))).hasMessageContaining("Not a tenant name");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 1_001})
    void aLimitOutOfRangeIsRefused(int limit) {
        assertThatThrownBy(() -> run(new RunsCommand(host.runs, limit))).hasMessageContaining("1 to 1000");
    }

    @Test
    void completesThePoliciesOfTheTenantOnTheLine() {
        var id = policy().id().toString();
        assertThat(candidates()).containsExactly(id + " ");
        assertThat(candidates("--tenant", "other")).isEmpty();
        assertThat(candidates("--tenant", "No Tenant")).isEmpty();
    }

    private static List<String> candidates(String... typed) {
        var words = new ArrayList<>(List.of(typed));
        words.add("");
        var line = (CommandLine) Proxy.newProxyInstance(
                CommandLine.class.getClassLoader(), new Class<?>[] {CommandLine.class}, (proxy, method, arguments) -> {
                    return switch (method.getName()) {
                        case "getArguments" -> words.toArray(String[]::new);
                        case "getCursorArgument" -> "";
                        default -> 0;
                    };
                });
        var candidates = new ArrayList<String>();
        new PolicyCompleter(host.policies).complete(session("ann"), line, candidates);
        return candidates;
    }
}
