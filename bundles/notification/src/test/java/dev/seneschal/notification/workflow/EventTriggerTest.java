package dev.seneschal.notification.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seneschal.api.http.Problem;
import dev.seneschal.api.http.Problem.Violation;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.notification.Faults;
import dev.seneschal.notification.delivery.Status;
import dev.seneschal.notification.support.World;
import dev.seneschal.testkit.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which events lead to a decision, and which definitions are accepted. */
final class EventTriggerTest {

    private static final TestDatabase DATABASE = TestDatabase.with("notification");

    private World world;

    @BeforeEach
    void start() throws Exception {
        world = new World(DATABASE);
        world.template("note", "Note", "Something happened");
    }

    @AfterAll
    static void closeDatabase() {
        DATABASE.close();
    }

    @AfterEach
    void stop() {
        world.close();
    }

    @ParameterizedTest
    @CsvSource({
        "user.created,user.created,1",
        "user.created,user.created2,0",
        "user.created,User.created,0",
        "user.*,user.created,1",
        "user.*,user,0",
        "user*,user,1",
        "*,anything,1",
        "*,dev.seneschal.notification.delivered,0",
        "dev.seneschal.*,dev.seneschal.notification.delivered,0",
    })
    void aTriggerIsATypeOrTheBeginningOfOne(String trigger, String type, int deliveries) {
        world.workflow("w", trigger, "true", "note", "a@example.org");
        world.consume(world.event(type, "{}"));
        assertThat(world.all()).hasSize(deliveries);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "true|1",
                "false|0",
                "{'==': [{'var': 'event.data.realm'}, 'main']}|1",
                "{'==': [{'var': 'event.data.realm'}, 'other']}|0",
                "{'>': [{'var': 'event.data.tries'}, 2]}|1",
                "{'and': [{'>': [{'var': 'event.data.tries'}, 2]}, {'!': {'var': 'event.data.internal'}}]}|1",
                "{'in': [{'var': 'event.data.realm'}, ['main', 'test']]}|1",
                "{'in': ['ai', {'var': 'event.data.realm'}]}|1",
                "{'some': [{'var': 'event.data.roles'}, {'==': [{'var': ''}, 'admin']}]}|1",
                "{'none': [{'var': 'event.data.roles'}, {'==': [{'var': ''}, 'admin']}]}|0",
                "{'==': [{'var': 'event.source'}, 'test']}|1",
                "{'var': 'event.data.missing'}|0",
                "{'missing': ['event.data.realm']}|0",
            })
    void conditionsDecide(String conditions, int deliveries) {
        world.workflow("w", "login", conditions, "note", "a@example.org");
        world.consume(world.event("login", "{'realm': 'main', 'tries': 3, 'roles': ['user', 'admin']}"));
        assertThat(world.all()).hasSize(deliveries);
    }

    @Test
    void conditionsThatDoNotFitTheEventAreReportedNotDropped() {
        world.workflow("w", "login", "{'>': [{'var': 'event.data.roles.name'}, 2]}", "note", "a@example.org");
        world.consume(world.event("login", "{'roles': ['user']}"));
        assertThat(world.all()).singleElement().satisfies(delivery -> {
            assertThat(delivery.status()).isEqualTo(Status.FAILED);
            assertThat(delivery.error()).startsWith("The conditions cannot be evaluated");
        });
    }

    @Test
    void conditionsThatRunAwayAreStopped() {
        var square = "{'some': [{'var': 'event.data.l'}, {'==': [1, 2]}]}";
        world.workflow(
                "w",
                "login",
                "{'some': [[" + "1,".repeat(150) + "1], {'some': [[" + "1,".repeat(150) + "1], {'==': [1, 2]}]}]}",
                "note",
                "a@example.org");
        world.workflow("w2", "login", square, "note", "a@example.org");
        world.consume(world.event("login", "{'l': [" + "1,".repeat(30_000) + "1]}"));
        assertThat(world.all()).hasSize(2).allSatisfy(delivery -> assertThat(delivery.error())
                .contains("more than 20000 steps"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'email': null}",
                "{'email': 7}",
                "{'email': ''}",
                "{'email': 'nobody'}",
                "{'email': 'a@x, b@x'}",
                "{'email': 'a@x\\r\\nBcc: b@x'}",
                "{'email': 'Ann <a@x>'}",
                "{'email': ['a@x']}",
                "[1]",
                "'text'",
            })
    void aRecipientThatIsNoAddressFails(String data) {
        world.workflow("w", "login", "true", "note", "event.data.email");
        world.consume(world.event("login", data));
        assertThat(world.jobs.jobs()).isEmpty();
        assertThat(world.all()).singleElement().satisfies(delivery -> {
            assertThat(delivery.status()).isEqualTo(Status.FAILED);
            assertThat(delivery.error()).isEqualTo("event.data.email holds no mail address.");
            assertThat(delivery.recipient()).isEmpty();
        });
        assertThat(world.journal.entries()).anyMatch(entry -> entry.action().equals("notification.fail"));
    }

    @Test
    void hostileTextInAnEventIsOnlyText() {
        world.workflow("w", "*", "true", "note", "a@example.org");
        world.consume(world.event("x'); DROP TABLE tenants; --", "{'a': '\\u0000$x #if <script>'}"));
        assertThat(world.all()).singleElement().satisfies(delivery -> assertThat(delivery.eventType())
                .isEqualTo("x'); DROP TABLE tenants; --"));
    }

    @Test
    void aWorkflowOutOfUseIsNotTriggered() {
        var id = world.workflow("w", "login", "true", "note", "a@example.org");
        world.workflows.deactivate(world.tenant, id, 1, "user:tester");
        world.consume(world.event("login", "{}"));
        assertThat(world.all()).isEmpty();
    }

    @Test
    void theStartersOfAFreshHostAreValid() {
        var tenant = TenantId.DEFAULT;
        assertThat(world.templates.list(tenant, "", 10)).hasSize(2).allSatisfy(template -> assertThat(
                        world.engine.compile(template.source()))
                .isNotNull());
        assertThat(world.workflows.list(tenant, "", 10)).hasSize(2).allSatisfy(workflow -> {
            var faults = new Faults();
            Definition.parse(
                    workflow.triggerEvent(),
                    world.json("{'c':" + workflow.conditions() + "}").get("c"),
                    world.json("{'a':" + workflow.actions() + "}").get("a"),
                    faults);
            assertThat(faults.none()).isTrue();
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/name|'name': ''",
                "/name|'name': 'Upper Case'",
                "/triggerEvent|'triggerEvent': 'a b'",
                "/triggerEvent|'triggerEvent': 'a*b'",
                "/triggerEvent|'triggerEvent': 'dev.seneschal.notification.x'",
                "/triggerEvent|'triggerEvent': 7",
                "/conditions|'conditions': {'log': 'x'}",
                "/conditions/and/1|'conditions': {'and': [true, {'reduce': []}]}",
                "/conditions/==/0|'conditions': {'==': [{'a': 1, 'b': 2}, 1]}",
                "/actions|'actions': []",
                "/actions|'actions': {}",
                "/actions/0|'actions': [7]",
                "/actions/0/type|'actions': [{'type': 'sms', 'template': 'note', 'to': 'a@x'}]",
                "/actions/0/to|'actions': [{'type': 'mail', 'template': 'note', 'to': 'nobody'}]",
                "/actions/0/to|'actions': [{'type': 'mail', 'template': 'note', 'to': 'a@x\\r\\nBcc: b@x'}]",
                "/actions/0/template|'actions': [{'type': 'mail', 'template': 'none', 'to': 'a@x'}]",
                "/actions/0/cc|'actions': [{'type': 'mail', 'template': 'note', 'to': 'a@x', 'cc': 'b@x'}]",
                "/active|'active': 'yes'",
                "/surprise|'surprise': 1",
            })
    void aFaultyDefinitionIsRefusedWithItsPlace(String pointer, String field) {
        var good = world.json("{'name': 'w', 'triggerEvent': 'login', 'actions': [{'type': 'mail', 'template': 'note',"
                + " 'to': 'a@example.org'}]}");
        good.setAll(world.json("{" + field + "}"));
        assertThatThrownBy(() -> world.workflows.create(world.tenant, good, "user:tester"))
                .isInstanceOfSatisfying(Problem.class, problem -> {
                    assertThat(problem.status()).isEqualTo(400);
                    assertThat(problem.violations())
                            .extracting(Violation::pointer)
                            .contains(pointer);
                });
        assertThat(world.workflows.list(world.tenant, "", 10)).isEmpty();
    }

    @Test
    void anOldVersionIsNotOverwritten() {
        var id = world.workflow("w", "login", "true", "note", "a@example.org");
        assertThatThrownBy(() -> world.workflows.deactivate(world.tenant, id, 7, "user:tester"))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.status()).isEqualTo(412));
    }

    @Test
    void anotherTenantDoesNotSeeThem() {
        var id = world.workflow("w", "login", "true", "note", "a@example.org");
        assertThatThrownBy(() -> world.workflows.get(TenantId.DEFAULT, id))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.status()).isEqualTo(404));
    }
}
