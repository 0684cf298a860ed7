package dev.seneschal.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.seneschal.api.access.Access;
import dev.seneschal.api.access.Caller;
import dev.seneschal.api.http.Problem;
import dev.seneschal.api.http.Request;
import dev.seneschal.api.http.Response;
import dev.seneschal.api.http.RestApi;
import dev.seneschal.api.http.Route;
import dev.seneschal.api.storage.StorageUnavailableException;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.gateway.route.Immediate;
import dev.seneschal.gateway.route.RestApis;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** On a real Jetty. */
final class GatewayTest {

    private static final int MOST = TestServer.MOST_BYTES;
    private static final String[] ADMIN = {"Authorization", "Bearer admin"};

    private final RestApis apis = new RestApis();
    private final AtomicReference<Request> seen = new AtomicReference<>();
    private final CountDownLatch stuck = new CountDownLatch(1);
    private final RestApi things = new Things();
    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        apis.addApi(things);
        server = new TestServer(apis);
    }

    @AfterEach
    void stop() {
        stuck.countDown();
        server.close();
    }

    private void assertProblem(HttpResponse<String> response, int status) throws Exception {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        var problem = server.json(response);
        assertThat(problem.get("status").intValue()).isEqualTo(status);
        assertThat(problem.get("detail").textValue()).isNotBlank();
        assertThat(response.body()).doesNotContain("Exception", "\tat ", "dev.seneschal");
    }

    @Test
    void aRequestReachesItsHandlerWithEverythingDecoded() throws Exception {
        var response = server.get("/api/v1/things/a%20b%C3%A4?q=1&q=2&e=%26", ADMIN);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(seen.get().variables()).isEqualTo(Map.of("id", "a bä"));
        assertThat(seen.get().query()).isEqualTo(Map.of("q", List.of("1", "2"), "e", List.of("&")));
        assertThat(seen.get().caller().name()).isEqualTo("user:ann");
        assertThat(seen.get().tenant().value()).isEqualTo("default");
    }

    @Test
    void aLiteralSegmentGoesBeforeAVariable() throws Exception {
        assertThat(server.get("/api/v1/things/open").body()).isEqualTo("\"open\"");
    }

    @Test
    void everyAnswerForbidsSniffingFramingAndCaching() throws Exception {
        for (var path : new String[] {"/api/v1/things/open", "/nowhere"}) {
            var headers = server.get(path).headers();
            assertThat(headers.firstValue("X-Content-Type-Options")).contains("nosniff");
            assertThat(headers.firstValue("X-Frame-Options")).contains("DENY");
            assertThat(headers.firstValue("Cache-Control")).contains("no-store");
            assertThat(headers.firstValue("Content-Security-Policy").orElse("")).contains("default-src 'none'");
        }
    }

    @Test
    void anUnknownPathIsNotFound() throws Exception {
        assertProblem(server.get("/api/v1/nothing", ADMIN), 404);
        assertProblem(server.get("/api/v1/things/", ADMIN), 404);
        assertProblem(server.get("/", ADMIN), 404);
    }

    @Test
    void anotherMethodIsToldWhichThereAre() throws Exception {
        var response = server.send("DELETE", "/api/v1/things/x", new byte[0], ADMIN);
        assertProblem(response, 405);
        assertThat(response.headers().firstValue("Allow")).contains("GET, HEAD, OPTIONS, PUT");
        var options = server.send("OPTIONS", "/api/v1/things/x", new byte[0]);
        assertThat(options.statusCode()).isEqualTo(204);
        assertThat(options.headers().firstValue("Allow")).contains("GET, HEAD, OPTIONS, PUT");
    }

    @Test
    void headIsGetWithoutABody() throws Exception {
        var response = server.send("HEAD", "/api/v1/things/open", new byte[0]);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Length")).contains("6");
        assertThat(response.body()).isEmpty();
    }

    @Test
    void withoutCredentialsTheAnswerSaysHowToGiveThem() throws Exception {
        var response = server.get("/api/v1/things/x");
        assertProblem(response, 401);
        assertThat(response.headers().firstValue("WWW-Authenticate").orElse("")).contains("Basic", "Bearer");
        assertProblem(server.get("/api/v1/things/x", "Authorization", "Bearer wrong"), 401);
    }

    @Test
    void afterTooManyFailuresTheAnswerSaysHowLongToWait() throws Exception {
        var response = server.get("/api/v1/things/x", "Authorization", "Bearer locked");
        assertProblem(response, 429);
        assertThat(response.headers().firstValue("Retry-After")).contains("8");
    }

    @Test
    void aMissingPermissionIsNamed() throws Exception {
        var response = server.get("/api/v1/things/x", "Authorization", "Bearer reader");
        assertProblem(response, 403);
        assertThat(response.body()).contains("jobs:manage");
    }

    @Test
    void whileAccessControlIsAwayNobodyGetsIn() throws Exception {
        server.close();
        server = new TestServer(apis, null, Duration.ofSeconds(5), 8);
        var response = server.get("/api/v1/things/x", ADMIN);
        assertProblem(response, 503);
        assertThat(response.headers().firstValue("Retry-After")).contains("2");
        assertThat(server.get("/api/v1/things/open").statusCode()).isEqualTo(200);
    }

    @Test
    void theTenantIsTheOneThatIsNamed() throws Exception {
        server.get("/api/v1/things/x", "Authorization", "Bearer admin", "Seneschal-Tenant", "acme");
        assertThat(seen.get().tenant().value()).isEqualTo("acme");
    }

    @ParameterizedTest
    @CsvSource({
        "admin, nobody, 404",
        "admin, NOT a tenant, 400",
        "admin, '''; DROP TABLE tenants; --', 400",
        "two, default, 403",
        "two, umbrella, 404",
        "publisher, acme, 403"
    })
    void aTenantThatIsNoneOrNotTheirsIsRefused(String token, String tenant, int status) throws Exception {
        var response = server.send(
                "POST", "/api/v1/own", new byte[0], "Authorization", "Bearer " + token, "Seneschal-Tenant", tenant);
        assertProblem(response, status);
        assertThat(seen.get()).isNull();
    }

    @Test
    void whoActsForSeveralTenantsNamesOne() throws Exception {
        assertProblem(server.send("POST", "/api/v1/own", new byte[0], "Authorization", "Bearer two"), 400);
    }

    @Test
    void whoActsForNoTenantMayDoNothingForOne() throws Exception {
        assertProblem(server.send("POST", "/api/v1/own", new byte[0], "Authorization", "Bearer nowhere"), 403);
        assertThat(seen.get()).isNull();
    }

    @Test
    void aBodyOfAnotherTypeIsRefused() throws Exception {
        var response = server.send(
                "PUT",
                "/api/v1/things/x",
                "a=b".getBytes(StandardCharsets.UTF_8),
                "Authorization",
                "Bearer admin",
                "Content-Type",
                "text/plain");
        assertProblem(response, 415);
        assertThat(response.body()).contains("application/json");
    }

    @Test
    void anAnswerThatIsNotWantedIsNotGiven() throws Exception {
        assertProblem(server.get("/api/v1/things/x", "Authorization", "Bearer admin", "Accept", "text/html"), 406);
        assertThat(server.get("/api/v1/things/x", "Authorization", "Bearer admin", "Accept", "text/html, */*;q=0.1")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void aBodyThatIsTooLargeIsRefusedBeforeAndWhileItIsRead() throws Exception {
        var large = new byte[2 << 20];
        var response = server.send(
                "PUT", "/api/v1/things/x", large, "Authorization", "Bearer admin", "Content-Type", "application/json");
        assertProblem(response, 413);
        var chunk = Integer.toHexString(MOST) + "\r\n" + "x".repeat(MOST) + "\r\n";
        var chunked = server.raw("PUT /api/v1/things/x HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer admin\r\n"
                + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n" + chunk
                + chunk + "0\r\n\r\n");
        assertThat(chunked).startsWith("HTTP/1.1 413 ").contains("application/problem+json");
        assertThat(seen.get()).isNull();
    }

    @Test
    void aBodyThatDoesNotArriveIsNotWaitedForForEver() throws Exception {
        var answer = server.raw("PUT /api/v1/things/x HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer admin\r\n"
                + "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{");
        assertThat(answer).startsWith("HTTP/1.1 408 ").contains("Connection: close");
        assertThat(seen.get()).isNull();
    }

    @Test
    void aBodyIsNotWaitedForWhereNoneIsWanted() throws Exception {
        var answer = server.raw(
                "GET /api/v1/plain HTTP/1.1\r\nHost: h\r\nConnection: close\r\n" + "Content-Length: 100\r\n\r\n{");
        assertThat(answer).startsWith("HTTP/1.1 200 ");
        assertThat(seen.get().body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /api/v1/plain", "PUT /api/v1/things/x"})
    void sendersWhoFallSilentHoldNobodyElse(String begun) throws Exception {
        var silent = new ArrayList<Socket>();
        try {
            for (int i = 0; i < 3 * TestServer.THREADS; i++) {
                silent.add(server.begin(begun + " HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer admin\r\n"
                        + "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"));
            }
            assertThat(server.get("/api/v1/things/x", ADMIN).statusCode()).isEqualTo(200);
        } finally {
            for (var socket : silent) {
                socket.close();
            }
        }
    }

    @Test
    void readersWhoFallSilentHoldNobodyElse() throws Exception {
        var silent = new ArrayList<Socket>();
        try {
            for (int i = 0; i < 3 * TestServer.THREADS; i++) {
                silent.add(server.begin("GET /api/v1/huge HTTP/1.1\r\nHost: h\r\n\r\n"));
            }
            assertThat(server.get("/api/v1/things/x", ADMIN).statusCode()).isEqualTo(200);
        } finally {
            for (var socket : silent) {
                socket.close();
            }
        }
    }

    @Test
    void aHandlerThatTakesTooLongDoesNotHoldItsCaller() throws Exception {
        server.close();
        server = new TestServer(apis, new TestServer.TokenAccess(), Duration.ofMillis(200), 1);
        var response = server.get("/api/v1/stuck", ADMIN);
        assertProblem(response, 503);
        assertThat(response.headers().firstValue("Retry-After")).isPresent();
    }

    @Test
    void openRoutesAreAnsweredWhileEveryHandlerIsBusy() throws Exception {
        server.close();
        server = new TestServer(apis, new TestServer.TokenAccess(), Duration.ofMinutes(1), 1);
        var waiting = new ArrayList<Socket>();
        try {
            for (int i = 0; i < 20; i++) {
                waiting.add(
                        server.begin("GET /api/v1/stuck HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer admin\r\n\r\n"));
            }
            int refused = waiting.size() - 5; // one is handled, four wait
            await().until(() -> answered(waiting) == refused);
            assertThat(server.get("/api/v1/plain", ADMIN).statusCode()).isEqualTo(200);
            assertThat(server.get("/api/v1/immediate", ADMIN).statusCode()).isEqualTo(200);
        } finally {
            for (var socket : waiting) {
                socket.close();
            }
        }
    }

    private static long answered(List<Socket> sockets) throws IOException {
        long answered = 0;
        for (var socket : sockets) {
            answered += socket.getInputStream().available() > 0 ? 1 : 0;
        }
        return answered;
    }

    @Test
    void whileAccessControlHangsCallersHearItAndStrangersNoticeNothing() throws Exception {
        server.close();
        server = new TestServer(apis, new HangingAccess(), Duration.ofMinutes(1), 1);
        var waiting = new ArrayList<Socket>();
        try {
            for (int i = 0; i < 3 * TestServer.THREADS; i++) {
                waiting.add(server.begin("POST /api/v1/own HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer admin\r\n"
                        + "Content-Length: 0\r\n\r\n"));
            }
            assertThat(server.get("/api/v1/plain").statusCode()).isEqualTo(200);
            assertThat(server.get("/api/v1/plain", ADMIN).statusCode()).isEqualTo(200);
            assertThat(server.get("/api/v1/immediate", ADMIN).statusCode()).isEqualTo(200);
            var response = server.send("POST", "/api/v1/own", new byte[0], ADMIN);
            assertProblem(response, 503);
            assertThat(response.headers().firstValue("Retry-After")).isPresent();
        } finally {
            for (var socket : waiting) {
                socket.close();
            }
        }
    }

    /** Waits for a database that does not answer. */
    private final class HangingAccess implements Access {

        private final Access known = new TestServer.TokenAccess();

        @Override
        public Caller authenticate(String authorization, String remote) {
            try {
                stuck.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return known.authenticate(authorization, remote);
        }

        @Override
        public CreatedKey createKey(
                TenantId tenant, String name, Set<String> permissions, Instant expiresAt, String actor) {
            return known.createKey(tenant, name, permissions, expiresAt, actor);
        }

        @Override
        public List<ApiKey> keys(TenantId tenant) {
            return known.keys(tenant);
        }

        @Override
        public boolean revokeKey(TenantId tenant, UUID id, String actor) {
            return known.revokeKey(tenant, id, actor);
        }
    }

    static Stream<byte[]> jsonOfOtherEncodings() {
        return Stream.of(
                new byte[] {(byte) 0xFE, (byte) 0xFF, 0, 0},
                new byte[] {0, 0, (byte) 0xFF, (byte) 0xFE},
                new byte[] {0, 0, 0, '"', (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF},
                new byte[] {0, 0, 0, '"', 0, 0x7F, 0x7F, 0x7F},
                "{}".getBytes(StandardCharsets.UTF_16),
                new byte[] {'"', (byte) 0xC3, '"'});
    }

    @ParameterizedTest
    @MethodSource("jsonOfOtherEncodings")
    void jsonThatIsNotUtf8ReachesNoHandler(byte[] body) throws Exception {
        for (var type : new String[] {"application/json", "application/vnd.thing+json; charset=utf-16"}) {
            var response =
                    server.send("PUT", "/api/v1/things/x", body, "Authorization", "Bearer admin", "Content-Type", type);
            assertProblem(response, 400);
        }
        assertThat(seen.get()).isNull();
    }

    @Test
    void whoseOnlyTenantDoesNotExistIsToldSo() throws Exception {
        var response = server.send("POST", "/api/v1/own", new byte[0], "Authorization", "Bearer orphan");
        assertProblem(response, 403);
        assertThat(response.body()).contains("umbrella");
        assertThat(seen.get()).isNull();
    }

    @Test
    void whatAHandlerThrowsBecomesAProblem() throws Exception {
        assertProblem(server.get("/api/v1/fail/problem", ADMIN), 422);
        var away = server.get("/api/v1/fail/storage", ADMIN);
        assertProblem(away, 503);
        assertThat(away.headers().firstValue("Retry-After")).contains("2");
        var value = server.get("/api/v1/fail/value", ADMIN);
        assertProblem(value, 400);
        assertThat(value.body()).doesNotContain("password");
        for (var kind : new String[] {"bug", "error", "sql"}) {
            var bug = server.get("/api/v1/fail/" + kind, ADMIN);
            assertProblem(bug, 500);
            assertThat(server.json(bug).get("correlationId").textValue()).hasSize(36);
            assertThat(bug.body()).doesNotContain("password");
        }
    }

    @Test
    void aPageOfAnotherSiteChangesNothing() throws Exception {
        String[][] foreign = {
            {"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}
        };
        for (var header : foreign) {
            var response = server.send(
                    "POST", "/api/v1/own", new byte[0], "Authorization", "Bearer admin", header[0], header[1]);
            assertProblem(response, 403);
        }
        assertThat(seen.get()).isNull();
    }

    @Test
    void routesComeAndGoWithTheirService() throws Exception {
        apis.removeApi(things);
        assertProblem(server.get("/api/v1/things/open"), 404);
        apis.addApi(things);
        assertThat(server.get("/api/v1/things/open").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/things/%",
                "/api/v1/things/%zz",
                "/api/v1/things/%ff",
                "/api/v1/things/%00",
                "/api/v1/things/%2e%2e/x",
                "/api/v1/things/..;/x",
                "/api/v1/things/a%2fb",
                "/api/v1/things/x?a=%",
                "/api/v1/things/x?%ff=1",
                "/api/v1/things/'%20OR%201=1",
                "/api/v1/things/%0d%0aSet-Cookie:x",
                "//api//v1",
                "/%5c..%5cwindows"
            })
    void anOddUriNeverFailsAndNeverShowsItsInside(String path) throws Exception {
        var answer = server.raw(
                "GET " + path + " HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer admin\r\nConnection: close\r\n\r\n");
        assertThat(answer)
                .doesNotStartWith("HTTP/1.1 5")
                .startsWith("HTTP/1.1 ")
                .doesNotContain("Exception", "Set-Cookie", "<html")
                .satisfiesAnyOf(text -> assertThat(text).startsWith("HTTP/1.1 200 "), text -> assertThat(text)
                        .contains("application/problem+json"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /x HTTP/9.9\r\nHost: h\r\n",
                "GET /x HTTP/1.1\r\nHost: a b\r\n",
                "GET /x HTTP/1.1\r\n",
                "GET x HTTP/1.1\r\nHost: h\r\n",
                "nonsense"
            })
    void whatTheServerItselfRefusesIsAProblemToo(String request) throws Exception {
        assertThat(server.raw(request + "Connection: close\r\n\r\n"))
                .contains("application/problem+json", "\"type\":\"about:blank\"")
                .doesNotContain("<html", "Exception");
    }

    @Test
    void requestsAreMeasuredByRouteNotByPath() throws Exception {
        var registry = new SimpleMeterRegistry();
        server.meters().bindTo(registry);
        server.get("/api/v1/things/one", ADMIN);
        server.get("/api/v1/things/two", ADMIN);
        server.get("/no/such/path");
        await().untilAsserted(() -> assertThat(
                        registry.find("seneschal.gateway.requests").timers())
                .hasSize(2)
                .anyMatch(timer -> timer.count() == 2
                        && "/api/v1/things/{id}".equals(timer.getId().getTag("route"))));
    }

    /** Routes of every kind. */
    private final class Things implements RestApi {

        @Override
        public List<Route> routes() {
            return List.of(
                    new Route("GET", "/api/v1/things/{id}", "jobs:manage", this::echo),
                    new Route("PUT", "/api/v1/things/{id}", "jobs:manage", this::echo),
                    new Route("GET", "/api/v1/plain", null, this::echo),
                    new Route("GET", "/api/v1/huge", null, request -> Response.json(200, "x".repeat(16 << 20))),
                    new Route("GET", "/api/v1/immediate", null, (Immediate) request -> Response.json(200, "{}")),
                    new Route("GET", "/api/v1/things/open", null, request -> Response.json(200, "\"open\"")),
                    new Route("POST", "/api/v1/own", "events:publish", this::echo),
                    new Route("GET", "/api/v1/stuck", "jobs:read", this::stick),
                    new Route("GET", "/api/v1/fail/{kind}", "jobs:read", this::fail));
        }

        private Response echo(Request request) {
            seen.set(request);
            return Response.json(200, "{}");
        }

        private Response stick(Request request) throws InterruptedException {
            stuck.await();
            return Response.empty(204);
        }

        private Response fail(Request request) {
            switch (request.variables().get("kind")) {
                case "problem" -> throw new Problem(422, "It cannot be.");
                case "storage" -> throw new StorageUnavailableException("host=secret", null);
                case "value" -> throw new IllegalStateException(new SQLException("password=secret", "22P05"));
                case "sql" -> throw new IllegalStateException(new SQLException("password=secret", "42601"));
                case "error" -> throw new AssertionError("password=secret");
                default -> throw new IllegalStateException("password=secret");
            }
        }

        @Override
        public String openApi() {
            var json = "{\"content\":{\"application/json\":{}}}";
            return "{\"paths\":{" + bodiless("plain") + "," + bodiless("huge") + "," + bodiless("immediate") + ","
                    + path("things/{id}", "get", json) + "," + path("things/open", "get", json) + ","
                    + path("own", "post", json) + "," + path("stuck", "get", json) + ","
                    + path("fail/{kind}", "get", json) + "}}";
        }

        private static String bodiless(String path) {
            return "\"/api/v1/" + path + "\":{\"get\":{\"responses\":{\"200\":{}}}}";
        }

        private static String path(String path, String method, String json) {
            var operation = "{\"requestBody\":" + json + ",\"responses\":{\"200\":" + json + "}}";
            var put = path.equals("things/{id}") ? ",\"put\":" + operation : "";
            return "\"/api/v1/" + path + "\":{\"" + method + "\":" + operation + put + "}";
        }
    }
}
