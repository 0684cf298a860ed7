package dev.seneschal.retention.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.seneschal.api.access.Caller;
import dev.seneschal.api.http.Problem;
import dev.seneschal.api.http.Request;
import dev.seneschal.api.http.Response;
import dev.seneschal.retention.Host;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RetentionApiTest {

    private static final Caller CALLER = new Caller("user:test", Caller.Kind.ACCOUNT, null, Set.of("*"), null);
    private static final String POLICY =
            """
            {"tableName": "samples", "timeColumn": "created_at", "retentionPeriodDays": 0, "archiveAfterDays": 30,
             "complianceFlags": {"gdpr": true}, "isActive": true}""";

    private static Host host;
    private static RetentionApi api;

    private final ObjectMapper json = new ObjectMapper();

    @BeforeAll
    static void startHost() {
        host = new Host();
        api = new RetentionApi(host.policies, host.previews, host.runs);
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

    private static Response call(String method, String route, String id, String tag, String body) throws Exception {
        var found = api.routes().stream()
                .filter(candidate ->
                        candidate.method().equals(method) && candidate.path().equals("/api/v1/retention/" + route))
                .findFirst()
                .orElseThrow();
        return found.handler()
                .handle(new Request(
                        method,
                        found.path(),
                        id == null ? Map.of() : Map.of("id", id),
                        Map.of(),
                        tag == null ? Map.of() : Map.of("if-match", tag),
                        body.getBytes(StandardCharsets.UTF_8),
                        CALLER,
                        Host.TENANT));
    }

    private JsonNode read(Response response) throws Exception {
        return json.readTree(response.body());
    }

    @Test
    void aPolicyIsMadePreviewedAndRun() throws Exception {
        var made = call("POST", "policies", null, null, POLICY);
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.headers()).containsEntry("ETag", "\"v1\"");
        var id = read(made).path("id").asText();
        assertThat(read(made).path("complianceFlags").path("gdpr").asBoolean()).isTrue();
        var preview = read(call("POST", "previews", null, null, "{\"policyId\": \"" + id + "\"}"));
        assertThat(preview.path("dueRows").asInt()).isEqualTo(10);
        var approval = "{\"previewId\": \"" + preview.path("id").asText() + "\", \"planHash\": \""
                + preview.path("planHash").asText() + "\"}";
        var run = call("POST", "runs", null, null, approval);
        assertThat(run.status()).isEqualTo(202);
        assertThat(read(call("GET", "runs/{id}", read(run).path("id").asText(), null, ""))
                        .path("state")
                        .asText())
                .isEqualTo("APPROVED");
        assertThat(read(call("GET", "runs", null, null, "")).path("items")).hasSize(1);
        assertThat(status(() -> call("DELETE", "policies/{id}", id, "\"v1\"", "")))
                .isEqualTo(409);
    }

    @Test
    void aChangeNeedsTheTagThatWasRead() throws Exception {
        var id = read(call("POST", "policies", null, null, POLICY)).path("id").asText();
        assertThat(status(() -> call("PUT", "policies/{id}", id, null, POLICY))).isEqualTo(428);
        assertThat(status(() -> call("PUT", "policies/{id}", id, "\"v7\"", POLICY)))
                .isEqualTo(412);
        assertThat(status(() -> call("PUT", "policies/{id}", id, "nonsense", POLICY)))
                .isEqualTo(412);
        assertThat(call("PUT", "policies/{id}", id, "\"v1\"", POLICY).headers()).containsEntry("ETag", "\"v2\"");
        assertThat(status(() -> call("POST", "policies", null, null, POLICY))).isEqualTo(409);
        assertThat(call("DELETE", "policies/{id}", id, "\"v2\"", "").status()).isEqualTo(204);
        assertThat(status(() -> call("GET", "policies/{id}", id, null, ""))).isEqualTo(404);
    }

    @FunctionalInterface
    private interface Call {
        Response run() throws Exception;
    }

    private static int status(Call call) throws Exception {
        try {
            return call.run().status();
        } catch (Problem e) {
            return e.status();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "nonsense",
                "{} {}",
                "{\"tableName\": 7}",
                "{\"tableName\": \"samples\", \"tableName\": \"samples\"}",
                "{\"tableName\": \"samples\", \"timeColumn\": \"created_at\", \"retentionPeriodDays\": \"0\"}",
                "{\"tableName\": \"samples\", \"timeColumn\": \"created_at\", \"retentionPeriodDays\": 0.5}",
                "{\"tableName\": \"samples\", \"timeColumn\": \"created_at\", \"retentionPeriodDays\": 0, \"archiveAfterDays\": 99999}",
                "{\"tableName\": \"samples\", \"timeColumn\": \"created_at\", \"retentionPeriodDays\": 0, \"archiveAfterDays\": 1, \"isActive\": \"yes\"}",
                "{\"tableName\": \"samples\", \"timeColumn\": \"created_at\", \"retentionPeriodDays\": 0, \"archiveAfterDays\": 1, \"isActiv\": true}",
                "{\"tableName\": \"samples\", \"timeColumn\": \"created_at\", \"retentionPeriodDays\": 0, \"archiveAfterDays\": 1, \"complianceFlags\": {\"a\": [\"\\u0000\"]}}",
                "{\"tableName\": \"samples\", \"timeColumn\": \"created_at\", \"retentionPeriodDays\": 0, \"archiveAfterDays\": 1, \"complianceFlags\": {\"\\ud800\": 1}}",
                "{\"tableName\": \"samples\", \"timeColumn\": \"created_at\", \"timeZone\": \"UTC\\r\\n\", \"retentionPeriodDays\": 0, \"archiveAfterDays\": 1}",
                "{\"tableName\": \"a\\u0000b\", \"timeColumn\": \"created_at\", \"retentionPeriodDays\": 0, \"archiveAfterDays\": 1}",
            })
    void refusesWhatItDoesNotUnderstandAndChangesNothing(String body) throws Exception {
        assertThat(status(() -> call("POST", "policies", null, null, body))).isEqualTo(400);
        assertThat(host.policies.list()).isEmpty();
    }

    @Test
    void anIdentifierThatIsNoneIsRefused() {
        assertThatThrownBy(() -> call("GET", "policies/{id}", "1' OR '1'='1", null, ""))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.status()).isEqualTo(400));
    }

    @Test
    void everyRouteIsDescribed() throws Exception {
        var paths = json.readTree(api.openApi()).path("paths");
        for (var route : api.routes()) {
            assertThat(paths.path(route.path())
                            .path(route.method().toLowerCase(java.util.Locale.ROOT))
                            .isObject())
                    .as("%s %s", route.method(), route.path())
                    .isTrue();
        }
    }
}
