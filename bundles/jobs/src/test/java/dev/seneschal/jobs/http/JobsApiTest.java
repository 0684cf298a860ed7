package dev.seneschal.jobs.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.seneschal.api.access.Caller;
import dev.seneschal.api.access.Permissions;
import dev.seneschal.api.audit.Journal;
import dev.seneschal.api.audit.JournalEntry;
import dev.seneschal.api.http.Problem;
import dev.seneschal.api.http.Request;
import dev.seneschal.api.http.Response;
import dev.seneschal.api.job.JobOutcome;
import dev.seneschal.api.job.JobRequest;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.jobs.JobsComponent;
import dev.seneschal.jobs.Nodes;
import dev.seneschal.jobs.queue.JobTable;
import dev.seneschal.testkit.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class JobsApiTest {

    private static final TenantId ACME = new TenantId("acme");
    private static final String PATH = "/api/v1/jobs";
    private static TestDatabase database;

    private final ObjectMapper mapper = new ObjectMapper();
    private final JobTable table = new JobTable();
    private final List<JournalEntry> journal = new ArrayList<>();
    private final JobsComponent queue = Nodes.queue(database.storage(), new Journal() {
        @Override
        public UUID record(Handle transaction, JournalEntry entry) {
            return record(entry);
        }

        @Override
        public UUID record(JournalEntry entry) {
            journal.add(entry);
            return UUID.randomUUID();
        }
    });
    private final JobsApi api = new JobsApi(database.storage(), queue);

    @BeforeAll
    static void start() {
        database = TestDatabase.with("jobs");
        database.storage()
                .system()
                .run(handle -> handle.execute("INSERT INTO tenants (id, title) VALUES ('acme', 'Acme')"));
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    @BeforeEach
    void empty() {
        database.storage().system().run(handle -> {
            handle.execute("DELETE FROM jobs");
            handle.execute("DELETE FROM job_history");
        });
    }

    @AfterEach
    void stopQueue() {
        queue.close();
    }

    private UUID add(TenantId tenant, String type) {
        return database.storage()
                .tenant(tenant)
                .write(handle -> table.add(handle, JobRequest.now(tenant, type, "{}", null)));
    }

    private Response call(String method, String path, TenantId tenant, Map<String, String> query, String id)
            throws Exception {
        var lists = new HashMap<String, List<String>>();
        query.forEach((name, value) -> lists.put(name, List.of(value)));
        var request = new Request(
                method,
                path,
                id == null ? Map.of() : Map.of("id", id),
                lists,
                Map.of(),
                new byte[0],
                new Caller("user:admin", Caller.Kind.ACCOUNT, null, Set.of("*"), null),
                tenant);
        for (var route : api.routes()) {
            if (route.method().equals(method) && route.path().equals(path)) {
                return route.handler().handle(request);
            }
        }
        throw new AssertionError("no route " + method + " " + path);
    }

    private JsonNode list(TenantId tenant, Map<String, String> query) throws Exception {
        return mapper.readTree(call("GET", PATH, tenant, query, null).body()).get("jobs");
    }

    @Test
    void listsATenantsJobsByTypeAndState() throws Exception {
        var mail = add(ACME, "mail");
        add(ACME, "clean");
        add(TenantId.DEFAULT, "mail");
        assertThat(list(ACME, Map.of())).hasSize(2);
        var found = list(ACME, Map.of("type", "mail", "state", "parked"));
        assertThat(found).hasSize(1);
        assertThat(found.get(0).get("id").asText()).isEqualTo(mail.toString());
        assertThat(found.get(0).get("priority").asInt()).isEqualTo(50);
        assertThat(list(ACME, Map.of("state", "done"))).isEmpty();
    }

    @Test
    void pagesByCursorAndKeepsTheFilter() throws Exception {
        var ids = new ArrayList<String>();
        for (int i = 0; i < 5; i++) {
            ids.add(0, add(ACME, "a&b").toString());
        }
        var first = call("GET", PATH, ACME, Map.of("limit", "3", "type", "a&b"), null);
        var link = first.headers().get("Link");
        assertThat(link).isEqualTo("<" + PATH + "?cursor=" + ids.get(2) + "&limit=3&type=a%26b>; rel=\"next\"");
        var rest = call("GET", PATH, ACME, Map.of("limit", "3", "type", "a&b", "cursor", ids.get(2)), null);
        assertThat(mapper.readTree(rest.body()).get("jobs").findValuesAsText("id"))
                .isEqualTo(ids.subList(3, 5));
        assertThat(rest.headers()).doesNotContainKey("Link");
    }

    @Test
    void cancelsOnceAndSaysWhyNotTwice() throws Exception {
        Nodes.handle(queue, "held", job -> new JobOutcome.Done());
        var id = queue.add(new JobRequest(ACME, "held", "{}", 50, Instant.now().plus(Duration.ofHours(1)), null, 1))
                .toString();
        var answer = mapper.readTree(
                call("POST", PATH + "/{id}/cancel", ACME, Map.of(), id).body());
        assertThat(answer.get("state").asText()).isEqualTo("cancelled");
        assertThat(answer.get("detail").asText()).isEqualTo("cancelled by user:admin");
        assertThat(journal).extracting(JournalEntry::action).containsExactly("job.cancel");
        assertProblem(409, "this one is cancelled", "POST", PATH + "/{id}/cancel", ACME, id);
        assertProblem(409, "Only a failed job", "POST", PATH + "/{id}/retry", ACME, id);
    }

    @Test
    void aJobWhoseHandlerIsAwayIsNotCancelled() {
        var id = add(ACME, "mail").toString();
        assertProblem(409, "no handler of type mail", "POST", PATH + "/{id}/cancel", ACME, id);
    }

    @Test
    void anotherTenantsJobIsNotThere() {
        var id = add(ACME, "mail").toString();
        for (var path : List.of(PATH + "/{id}/cancel", PATH + "/{id}/retry")) {
            assertProblem(404, "no such job", "POST", path, TenantId.DEFAULT, id);
            assertProblem(404, "no such job", "POST", path, ACME, "'; DROP TABLE jobs; --");
        }
        assertProblem(404, "no such job", "GET", PATH + "/{id}", TenantId.DEFAULT, id);
    }

    private void assertProblem(int status, String detail, String method, String path, TenantId tenant, String id) {
        assertThatThrownBy(() -> call(method, path, tenant, Map.of(), id))
                .hasMessageContaining(detail)
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.status()).isEqualTo(status));
    }

    @Test
    void badParametersAreNamed() {
        for (var bad : List.of(
                Map.of("limit", "0"),
                Map.of("limit", "501"),
                Map.of("type", "\0"),
                Map.of("cursor", "x"),
                Map.of("state", "unheard of"))) {
            assertThatThrownBy(() -> list(ACME, bad)).isInstanceOfSatisfying(Problem.class, problem -> assertThat(
                            problem.violations().get(0).pointer())
                    .isEqualTo(bad.keySet().iterator().next()));
        }
    }

    @Test
    void everyRouteIsDescribedAndGuarded() throws Exception {
        var paths = mapper.readTree(api.openApi()).get("paths");
        assertThat(api.routes()).allSatisfy(route -> {
            assertThat(route.permission())
                    .isEqualTo(route.method().equals("GET") ? Permissions.JOBS_READ : Permissions.JOBS_MANAGE);
            assertThat(paths.get(route.path()).has(route.method().toLowerCase(Locale.ROOT)))
                    .isTrue();
        });
    }
}
