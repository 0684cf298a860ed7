package dev.seneschal.notification.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seneschal.notification.support.World;
import dev.seneschal.testkit.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.apache.karaf.shell.api.action.Action;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What operators see at the prompt, on a real database. */
final class CommandsTest {

    private static final TestDatabase DATABASE = TestDatabase.with("notification");
    private static final String EVENT =
            "{\"type\": \"user.created\", \"data\": {\"name\": \"Ann\", \"email\": \"ann@example.org\"}}";

    private final PrintStream console = System.out;
    private World world;
    private String tenant;

    @BeforeEach
    void start() throws Exception {
        world = new World(DATABASE);
        tenant = world.tenant.value();
        world.template("welcome", "Welcome $event.data.name", "Hello $event.data.name, from $workflow.name");
        world.workflow("greet", "user.created", "true", "welcome", "event.data.email");
    }

    @AfterEach
    void stop() {
        System.setOut(console);
        world.close();
    }

    @AfterAll
    static void closeDatabase() {
        DATABASE.close();
    }

    private String print(Action command) throws Exception {
        var output = new ByteArrayOutputStream();
        System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
        command.execute();
        return output.toString(StandardCharsets.UTF_8);
    }

    @Test
    void deliveriesAreListedByTenantAndStatusAndExplained() throws Exception {
        world.consume(world.event("user.created", "{'name': 'Ann', 'email': 'ann@example.org'}"));
        var id = world.all().get(0).id().toString();
        assertThat(print(new DeliveriesCommand(world.deliveries, tenant, null, null)))
                .contains(id, "pending", "ann@example.org", "greet@1", "user.created");
        assertThat(print(new DeliveriesCommand(world.deliveries, tenant, null, "pending")))
                .contains(id);
        assertThat(print(new DeliveriesCommand(world.deliveries, tenant, null, "failed")))
                .doesNotContain(id);
        assertThat(print(new DeliveriesCommand(world.deliveries, null, null, null)))
                .doesNotContain(id);
        assertThat(print(new DeliveriesCommand(world.deliveries, tenant, id, null)))
                .contains("\"trigger\": \"user.created\"");
    }

    @Test
    void whatIsNoIdentifierOrStatusIsAnsweredWithWhatIs() {
        assertThatThrownBy(() -> print(new DeliveriesCommand(world.deliveries, tenant, "x", null)))
                .hasMessage("'x' is no identifier of a delivery; notification:deliveries lists them.");
        assertThatThrownBy(() -> print(new DeliveriesCommand(world.deliveries, tenant, null, "x")))
                .hasMessageStartingWith("There is no status 'x'; it must be pending, sending, delivered");
    }

    @Test
    void workflowsAreListedWithWhatTheyDo() throws Exception {
        assertThat(print(new WorkflowsCommand(world.workflows, tenant))).contains("greet", "user.created", "welcome");
        assertThat(print(new WorkflowsCommand(world.workflows, null))).doesNotContain("greet");
    }

    @Test
    void templatesAreListedWithTheirVersion() throws Exception {
        assertThat(print(new TemplatesCommand(world.templates, tenant)))
                .containsPattern("welcome\\s+\\S user\\s+\\S\\s+1 \\S yes")
                .contains("Welcome $event.data.name");
    }

    @Test
    void aPreviewRendersASampleAndSaysWhatIsWrongWithIt() throws Exception {
        assertThat(print(new PreviewCommand(world.templates, tenant, "welcome", EVENT)))
                .contains("Subject: Welcome Ann", "Hello Ann, from preview");
        assertThatThrownBy(() -> print(new PreviewCommand(world.templates, tenant, "welcome", "{")))
                .hasMessageStartingWith("The event is not a JSON object: ");
        assertThatThrownBy(() -> print(new PreviewCommand(world.templates, tenant, "nosuch", EVENT)))
                .hasMessage("There is no template 'nosuch'.");
    }
}
