package dev.seneschal.notification.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.seneschal.api.access.Caller;
import dev.seneschal.api.http.Problem;
import dev.seneschal.api.http.Problem.Violation;
import dev.seneschal.api.http.Request;
import dev.seneschal.api.http.Response;
import dev.seneschal.api.http.Route;
import dev.seneschal.notification.support.World;
import dev.seneschal.testkit.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The REST API as a client sees it, short of HTTP itself. */
final class NotificationApiTest {

    private static final TestDatabase DATABASE = TestDatabase.with("notification");
    private static final String TEMPLATES = "/api/v1/notification/templates";
    private static final String WORKFLOWS = "/api/v1/notification/workflows";
    private static final String DELIVERIES = "/api/v1/notification/deliveries";
    private static final String WELCOME =
            "{'name': 'welcome', 'category': 'user', 'subject': 'Hi $event.data.name', 'text': 'Hello', 'html':"
                    + " '<p>$event.data.name</p>'}";

    private final JsonMapper json = JsonMapper.builder().build();
    private World world;
    private NotificationApi api;

    @BeforeEach
    void start() {
        world = new World(DATABASE);
        api = new NotificationApi(world.templates, world.workflows, world.deliveries);
    }

    @AfterAll
    static void closeDatabase() {
        DATABASE.close();
    }

    @AfterEach
    void stop() {
        world.close();
    }

    private Response call(String method, String template, String id, String body, Map<String, String> headers) {
        return call(method, template, id, body, headers, Map.of());
    }

    private Response call(
            String method,
            String template,
            String id,
            String body,
            Map<String, String> headers,
            Map<String, List<String>> query) {
        var route = api.routes().stream()
                .filter(candidate ->
                        candidate.method().equals(method) && candidate.path().equals(template))
                .findFirst()
                .orElseThrow();
        var caller = new Caller("user:tester", Caller.Kind.ACCOUNT, null, Set.of("*"), null);
        try {
            return route.handler()
                    .handle(new Request(
                            method,
                            template.replace("{id}", id),
                            Map.of("id", id),
                            query,
                            headers,
                            body.replace('\'', '"').getBytes(StandardCharsets.UTF_8),
                            caller,
                            world.tenant));
        } catch (Problem problem) {
            throw problem;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private JsonNode body(Response response) {
        try {
            return json.readTree(response.body());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private String create(String collection, String body) {
        var response = call("POST", collection, "", body, Map.of());
        assertThat(response.status()).isEqualTo(201);
        assertThat(response.headers()).containsEntry("ETag", "\"1\"");
        return body(response).get("id").asText();
    }

    private void assertProblem(int status, Runnable call) {
        assertThatThrownBy(call::run).isInstanceOfSatisfying(Problem.class, problem -> assertThat(problem.status())
                .as(problem.getMessage())
                .isEqualTo(status));
    }

    @Test
    void aTemplateIsCreatedReadChangedAndTakenOutOfUse() {
        var id = create(TEMPLATES, WELCOME);
        var one = TEMPLATES + "/{id}";
        assertThat(body(call("GET", one, id, "", Map.of())).get("html").asText())
                .isEqualTo("<p>$event.data.name</p>");
        assertThat(body(call("GET", TEMPLATES, "", "", Map.of())).get("templates"))
                .hasSize(1);

        var changed = call("PUT", one, id, WELCOME.replace("Hi", "Hello"), Map.of("if-match", "\"1\""));
        assertThat(changed.headers()).containsEntry("ETag", "\"2\"");
        assertProblem(412, () -> call("PUT", one, id, WELCOME, Map.of("if-match", "\"1\"")));
        assertProblem(412, () -> call("PUT", one, id, WELCOME, Map.of("if-match", "W/x")));
        assertProblem(428, () -> call("PUT", one, id, WELCOME, Map.of()));

        assertThat(call("DELETE", one, id, "", Map.of("if-match", "\"2\"")).status())
                .isEqualTo(204);
        assertThat(body(call("GET", one, id, "", Map.of())).get("active").asBoolean())
                .isFalse();
        assertThat(world.journal.entries())
                .extracting(entry -> entry.actor() + " " + entry.action())
                .containsExactly(
                        "user:tester notification.template-create",
                        "user:tester notification.template-update",
                        "user:tester notification.template-deactivate");
    }

    @Test
    void aTemplateInUseIsNotTakenOutOfUse() {
        var id = create(TEMPLATES, WELCOME);
        create(
                WORKFLOWS,
                "{'name': 'w', 'triggerEvent': 't', 'actions': [{'type': 'mail', 'template': 'welcome', 'to': 'a@x'}]}");
        assertProblem(409, () -> call("DELETE", TEMPLATES + "/{id}", id, "", Map.of("if-match", "\"1\"")));
    }

    @Test
    void aWorkflowIsCreatedReadChangedAndTakenOutOfUse() {
        create(TEMPLATES, WELCOME);
        var workflow = "{'name': 'w', 'triggerEvent': 't', 'conditions': {'==': [1, 1]}, 'actions': [{'type': 'mail',"
                + " 'template': 'welcome', 'to': 'event.data.email'}]}";
        var id = create(WORKFLOWS, workflow);
        var one = WORKFLOWS + "/{id}";
        assertThat(body(call("GET", one, id, "", Map.of()))
                        .at("/conditions/==/0")
                        .asInt())
                .isEqualTo(1);
        assertProblem(409, () -> call("POST", WORKFLOWS, "", workflow, Map.of()));
        assertProblem(428, () -> call("PUT", one, id, workflow, Map.of()));
        call("PUT", one, id, workflow.replace("'t'", "'t2'"), Map.of("if-match", "\"1\""));
        assertProblem(412, () -> call("DELETE", one, id, "", Map.of("if-match", "\"1\"")));
        call("DELETE", one, id, "", Map.of("if-match", "\"2\""));
        assertThat(body(call("GET", WORKFLOWS, "", "", Map.of()))
                        .at("/workflows/0/active")
                        .asBoolean())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/html|'html': '<script>$event.x</script>'",
                "/text|'text': '#if(true)'",
                "/subject|'subject': 'a\\r\\nBcc: b'",
                "/subject|'subject': '#parse(1)'",
                "/text|'text': '\\u0000'",
                "/subject|'subject': 5",
                "/name|'name': 'A B'",
                "/name|'name': 'x''); DROP TABLE tenants; --'",
                "/category|'category': 'other'",
                "/variables|'variables': []",
                "/a~1b|'a/b': 1",
            })
    void aFaultyTemplateIsRefusedWithItsPlace(String pointer, String field) {
        var good = world.json(WELCOME);
        good.setAll(world.json("{" + field.replace("''", "") + "}"));
        assertThatThrownBy(() -> call("POST", TEMPLATES, "", good.toString(), Map.of()))
                .isInstanceOfSatisfying(Problem.class, problem -> {
                    assertThat(problem.status()).isEqualTo(400);
                    assertThat(problem.violations())
                            .extracting(Violation::pointer)
                            .containsExactly(pointer);
                });
    }

    @Test
    void aBodyThatIsNoObjectIsRefused() {
        for (var body : List.of("", "[", "[]", "7", "{'name': ")) {
            assertProblem(400, () -> call("POST", TEMPLATES, "", body, Map.of()));
            assertProblem(400, () -> call("POST", WORKFLOWS, "", body, Map.of()));
        }
    }

    @Test
    void aPreviewRendersOrSaysWhatIsMissing() {
        var id = create(TEMPLATES, WELCOME);
        var preview = TEMPLATES + "/{id}/preview";
        var rendered = body(call("POST", preview, id, "{'event': {'data': {'name': '<Ann>'}}}", Map.of()));
        assertThat(rendered.get("subject").asText()).isEqualTo("Hi <Ann>");
        assertThat(rendered.get("html").asText()).isEqualTo("<p>&lt;Ann&gt;</p>");
        assertProblem(422, () -> call("POST", preview, id, "{'event': {'data': {}}}", Map.of()));
        assertProblem(400, () -> call("POST", preview, id, "{'events': {}}", Map.of()));
    }

    @Test
    void deliveriesArePagedAndExplained() throws Exception {
        world.template("note", "Note", "Text");
        world.workflow("w", "t", "true", "note", "a@example.org");
        for (int i = 0; i < 5; i++) {
            world.consume(world.event("t", "{'n': " + i + "}"));
        }
        var seen = new ArrayList<String>();
        Map<String, List<String>> query = Map.of("limit", List.of("2"), "status", List.of("pending"));
        while (query != null) {
            var response = call("GET", DELIVERIES, "", "", Map.of(), query);
            body(response)
                    .get("deliveries")
                    .forEach(delivery -> seen.add(delivery.get("id").asText()));
            var link = response.headers().get("Link");
            query = link == null
                    ? null
                    : Map.of(
                            "limit", List.of("2"),
                            "cursor", List.of(link.replaceAll(".*cursor=([^&]*)&.*", "$1")));
        }
        assertThat(seen).hasSize(5).doesNotHaveDuplicates();

        var one = body(call("GET", DELIVERIES + "/{id}", seen.get(0), "", Map.of()));
        assertThat(one.at("/why/event/data/n").asInt()).isEqualTo(4);
        assertThat(one.at("/why/decision/trigger").asText()).isEqualTo("t");
        assertThat(one.at("/why/history/0/status").asText()).isEqualTo("pending");
        assertProblem(404, () -> call("GET", DELIVERIES + "/{id}", "no-uuid", "", Map.of()));
        assertProblem(
                400,
                () -> call(
                        "GET", DELIVERIES, "", "", Map.of(), Map.of("status", List.of("x'); DROP TABLE tenants; --"))));
        assertProblem(400, () -> call("GET", DELIVERIES, "", "", Map.of(), Map.of("limit", List.of("0"))));
    }

    @Test
    void theDescriptionNamesEveryRoute() throws Exception {
        var paths = json.readTree(api.openApi()).get("paths");
        for (Route route : api.routes()) {
            assertThat(paths.path(route.path()).has(route.method().toLowerCase(Locale.ROOT)))
                    .as(route.method() + " " + route.path())
                    .isTrue();
            assertThat(route.permission()).startsWith("notification:");
        }
    }
}
