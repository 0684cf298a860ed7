package dev.seneschal.access.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.seneschal.access.RecordingJournal;
import dev.seneschal.access.key.ApiKeys;
import dev.seneschal.access.tenant.TenantService;
import dev.seneschal.api.access.Access;
import dev.seneschal.api.access.Caller;
import dev.seneschal.api.http.Problem;
import dev.seneschal.api.http.Request;
import dev.seneschal.api.http.Response;
import dev.seneschal.api.http.RestApi;
import dev.seneschal.api.http.Route;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.testkit.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AccessApiTest {

    private static final Caller ADMIN = new Caller("user:ann", Caller.Kind.ACCOUNT, null, Set.of("*"), null);
    private static final Caller CLERK = new Caller(
            "key:clerk", Caller.Kind.KEY, Set.of(TenantId.DEFAULT), Set.of("access:manage", "events:read"), null);

    private static TestDatabase database;
    private static ApiKeys keys;
    private static TenantService tenants;
    private static RestApi keyApi;
    private static RestApi tenantApi;

    @BeforeAll
    static void start() {
        database = TestDatabase.with("access");
        var journal = new RecordingJournal();
        keys = new ApiKeys(database.storage(), journal, Clock.systemUTC());
        tenants = new TenantService(database.storage(), journal, Clock.systemUTC());
        keys.start();
        tenants.start();
        keyApi = new KeyApi(new KeysOnly());
        tenantApi = new TenantApi(tenants);
    }

    @AfterAll
    static void stop() {
        keys.close();
        tenants.close();
        database.close();
    }

    private static Response call(RestApi api, String method, String path, Caller caller, String body, String... pairs)
            throws Exception {
        var route = api.routes().stream()
                .filter(candidate ->
                        candidate.method().equals(method) && candidate.path().equals(path))
                .findFirst()
                .orElseThrow();
        var variables = pairs.length == 2 && path.contains("{") ? Map.of(pairs[0], pairs[1]) : Map.<String, String>of();
        var query = pairs.length == 2 && !path.contains("{")
                ? Map.of(pairs[0], List.of(pairs[1]))
                : Map.<String, List<String>>of();
        return route.handler()
                .handle(new Request(
                        method,
                        path,
                        variables,
                        query,
                        Map.of(),
                        body.getBytes(StandardCharsets.UTF_8),
                        caller,
                        TenantId.DEFAULT));
    }

    private static Problem problem(RestApi api, String method, String path, Caller caller, String body) {
        return catchThrowableOfType(Problem.class, () -> call(api, method, path, caller, body));
    }

    private static JsonNode json(Response response) throws IOException {
        return new ObjectMapper().readTree(response.body());
    }

    @Test
    void aKeyIsCreatedListedAndRevoked() throws Exception {
        var created = json(
                call(keyApi, "POST", "/api/v1/keys", ADMIN, "{\"name\":\"ci\",\"permissions\":[\"events:publish\"]}"));
        var secret = created.get("secret").textValue();
        assertThat(keys.find(secret)).isPresent();
        var listed = call(keyApi, "GET", "/api/v1/keys", ADMIN, "");
        assertThat(new String(listed.body(), StandardCharsets.UTF_8))
                .contains(created.get("id").textValue())
                .doesNotContain(secret);
        var id = created.get("id").textValue();
        assertThat(call(keyApi, "DELETE", "/api/v1/keys/{id}", ADMIN, "", "id", id)
                        .status())
                .isEqualTo(204);
        assertThat(keys.find(secret)).isEmpty();
    }

    @Test
    void aTakenNameIsAConflict() throws Exception {
        var body = "{\"name\":\"taken\",\"permissions\":[\"events:read\"]}";
        call(keyApi, "POST", "/api/v1/keys", ADMIN, body);
        assertThat(problem(keyApi, "POST", "/api/v1/keys", ADMIN, body).status())
                .isEqualTo(409);
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "events:*", "events:publish", "retention:approve"})
    void nobodyGrantsWhatTheyDoNotHave(String permission) {
        var problem = problem(
                keyApi, "POST", "/api/v1/keys", CLERK, "{\"name\":\"climb\",\"permissions\":[\"" + permission + "\"]}");
        assertThat(problem.status()).isEqualTo(403);
        assertThat(keys.list(TenantId.DEFAULT)).noneMatch(key -> key.name().equals("climb"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "\"x\"",
                "{",
                "{\"name\":1,\"permissions\":[\"events:read\"]}",
                "{\"name\":\"x\",\"permissions\":\"events:read\"}",
                "{\"name\":\"x\",\"permissions\":[1]}",
                "{\"name\":\"x\",\"permissions\":[]}",
                "{\"name\":\"x\",\"permissions\":[\"' OR 1=1\"]}",
                "{\"name\":\"x\",\"permissions\":[\"events:read\"],\"admin\":true}",
                "{\"name\":\"x\",\"name\":\"y\",\"permissions\":[\"events:read\"]}",
                "{\"name\":\"x\",\"permissions\":[\"events:read\"],\"expiresAt\":7}",
                "{\"name\":\"x\",\"permissions\":[\"events:read\"],\"expiresAt\":\"2001-01-01T00:00:00Z\"}",
                "{\"name\":\"x\",\"permissions\":[\"events:read\"],\"expiresAt\":\"+999999999-12-31T00:00:00Z\"}",
                "{\"name\":\"a\\r\\nb\",\"permissions\":[\"events:read\"]}",
                "{\"name\":\"x\",\"permissions\":[\"events:read\"]} trailing"
            })
    void badInputIsRefusedAndChangesNothing(String body) {
        int before = keys.list(TenantId.DEFAULT).size();
        assertThat(problem(keyApi, "POST", "/api/v1/keys", ADMIN, body).status())
                .isEqualTo(400);
        assertThat(keys.list(TenantId.DEFAULT)).hasSize(before);
    }

    @Test
    void aFaultNamesItsField() {
        var problem = problem(keyApi, "POST", "/api/v1/keys", ADMIN, "{\"name\":\"x\",\"permissions\":[\"a\",1]}");
        assertThat(problem.violations().get(0).pointer()).isEqualTo("/permissions/1");
    }

    @Test
    void anUnknownKeyIsNotFound() {
        var problem = catchThrowableOfType(
                Problem.class, () -> call(keyApi, "DELETE", "/api/v1/keys/{id}", ADMIN, "", "id", "' OR '1'='1"));
        assertThat(problem.status()).isEqualTo(404);
    }

    @Test
    void onlyWhoActsForEveryTenantCreatesOne() throws Exception {
        var body = "{\"id\":\"new\",\"title\":\"New\"}";
        assertThat(problem(tenantApi, "POST", "/api/v1/tenants", CLERK, body).status())
                .isEqualTo(403);
        assertThat(call(tenantApi, "POST", "/api/v1/tenants", ADMIN, body).status())
                .isEqualTo(201);
        assertThat(problem(tenantApi, "POST", "/api/v1/tenants", ADMIN, body).status())
                .isEqualTo(409);
        var seen = json(call(tenantApi, "GET", "/api/v1/tenants", CLERK, "")).get("tenants");
        assertThat(seen).hasSize(1);
        assertThat(seen.get(0).get("id").textValue()).isEqualTo("default");
    }

    @Test
    void pagesCoverTheListOnce() throws Exception {
        for (int i = 0; i < 5; i++) {
            tenants.create(new TenantId("page-" + i), "Page", "system");
        }
        var seen = new HashSet<String>();
        var response = call(tenantApi, "GET", "/api/v1/tenants", ADMIN, "", "limit", "2");
        json(response)
                .get("tenants")
                .forEach(tenant -> seen.add(tenant.get("id").textValue()));
        while (response.headers().containsKey("Link")) {
            var cursor = response.headers().get("Link").replaceAll(".*cursor=([^&]+)&.*", "$1");
            response = call(tenantApi, "GET", "/api/v1/tenants", ADMIN, "", "cursor", cursor);
            json(response).get("tenants").forEach(tenant -> {
                assertThat(seen.add(tenant.get("id").textValue())).isTrue();
            });
        }
        assertThat(seen).hasSameSizeAs(tenants.list());
    }

    @Test
    void everyRouteIsDescribedAndNothingElseIs() throws Exception {
        for (var api : List.of(keyApi, tenantApi)) {
            var described = new HashSet<String>();
            new ObjectMapper().readTree(api.openApi()).get("paths").properties().forEach(path -> path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                            method -> described.add(method.toUpperCase(java.util.Locale.ROOT) + " " + path.getKey())));
            assertThat(api.routes())
                    .extracting((Route route) -> route.method() + " " + route.path())
                    .containsExactlyInAnyOrderElementsOf(described);
        }
    }

    /** The keys of the real service; authentication is not asked here. */
    private static final class KeysOnly implements Access {

        @Override
        public Caller authenticate(String authorization, String remote) {
            throw new UnsupportedOperationException("The handlers get callers, not credentials.");
        }

        @Override
        public CreatedKey createKey(
                TenantId tenant, String name, Set<String> permissions, Instant expiresAt, String actor) {
            return keys.create(tenant, name, permissions, expiresAt, actor);
        }

        @Override
        public List<ApiKey> keys(TenantId tenant) {
            return keys.list(tenant);
        }

        @Override
        public boolean revokeKey(TenantId tenant, UUID id, String actor) {
            return keys.revoke(tenant, id, actor);
        }
    }
}
