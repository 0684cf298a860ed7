package dev.seneschal.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.seneschal.api.health.HealthProbe;
import dev.seneschal.api.http.RestApi;
import dev.seneschal.api.http.Route;
import dev.seneschal.gateway.event.EventApi;
import dev.seneschal.gateway.event.MemoryLog;
import dev.seneschal.gateway.health.HealthApi;
import dev.seneschal.gateway.health.Probes;
import dev.seneschal.gateway.metrics.MetricsApi;
import dev.seneschal.gateway.route.RestApis;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Health, metrics and the description, on a real Jetty. */
final class HostApiTest {

    private static final String[] ADMIN = {"Authorization", "Bearer admin"};

    private final CountDownLatch stuck = new CountDownLatch(1);
    private final Probes probes = new Probes(List.of("storage"));
    private final MetricsApi metrics = new MetricsApi();
    private final RestApis apis = new RestApis();
    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        apis.addApi(new HealthApi(probes));
        apis.addApi(metrics);
        apis.addApi(new EventApi(new MemoryLog()));
        server = new TestServer(apis);
        metrics.addBinder(server.meters());
    }

    @AfterEach
    void stop() {
        stuck.countDown();
        server.close();
        metrics.close();
        probes.close();
    }

    private static HealthProbe probe(String name, HealthProbe.Status status) {
        return new HealthProbe() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Health check() {
                return new Health(status, "detail of " + name);
            }
        };
    }

    private static Probes.Check check(List<Probes.Check> checks, String name) {
        return checks.stream()
                .filter(check -> check.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theHostLivesWhateverIsBroken() throws Exception {
        assertThat(server.get("/health/live").statusCode()).isEqualTo(200);
    }

    @Test
    void theHostIsNotReadyWhileARequiredPartIsMissing() throws Exception {
        var response = server.get("/health/ready");
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(server.json(response).get("checks").findValuesAsText("name"))
                .contains("storage", "access", "events");
    }

    @Test
    void strangersHearWhichPartIsDownAndOthersHearWhy() throws Exception {
        probes.addProbe(probe("storage", HealthProbe.Status.DOWN));
        assertThat(server.get("/health/ready").body()).contains("storage").doesNotContain("detail of");
        assertThat(server.get("/health/ready", ADMIN).body()).contains("detail of storage");
        assertThat(server.get("/health/ready", "Authorization", "Bearer wrong").body())
                .doesNotContain("detail of");
    }

    @Test
    void aDegradedPartLeavesTheHostReadyAndADownOneDoesNot() {
        var up = new Probes.Check("a", new HealthProbe.Health(HealthProbe.Status.UP, ""));
        var degraded = new Probes.Check("b", new HealthProbe.Health(HealthProbe.Status.DEGRADED, ""));
        var down = new Probes.Check("c", new HealthProbe.Health(HealthProbe.Status.DOWN, ""));
        assertThat(Probes.overall(List.of(up, degraded))).isEqualTo(HealthProbe.Status.DEGRADED);
        assertThat(Probes.overall(List.of(down, degraded, up))).isEqualTo(HealthProbe.Status.DOWN);
    }

    @Test
    void aProbeThatHangsOrThrowsIsDownAndHoldsNobodyElse() {
        probes.addProbe(probe("storage", HealthProbe.Status.UP));
        probes.addProbe(new HealthProbe() {
            @Override
            public String name() {
                return "hanging";
            }

            @Override
            public Health check() {
                try {
                    stuck.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return new Health(Status.UP, "");
            }
        });
        probes.addProbe(new HealthProbe() {
            @Override
            public String name() {
                return "throwing";
            }

            @Override
            public Health check() {
                throw new IllegalStateException("boom");
            }
        });
        var checks = probes.checks();
        assertThat(check(checks, "hanging").health().status()).isEqualTo(HealthProbe.Status.DOWN);
        assertThat(check(checks, "throwing").health().detail()).contains("boom");
        assertThat(check(checks, "storage").health().status()).isEqualTo(HealthProbe.Status.UP);
    }

    @Test
    void metricsAreForWhoMayReadThem() throws Exception {
        var response = server.get("/metrics", ADMIN);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("text/plain");
        assertThat(response.body()).contains("jvm_memory_used_bytes", "process_uptime_seconds");
        assertThat(server.get("/metrics", "Authorization", "Bearer reader").statusCode())
                .isEqualTo(403);
        assertThat(server.get("/metrics").statusCode()).isEqualTo(401);
    }

    @Test
    void metricsAreForThisMachineTooIfSoConfigured() throws Exception {
        server.close();
        server = new TestServer(apis, new TestServer.TokenAccess(), Duration.ofSeconds(5), 8, true);
        assertThat(server.get("/metrics").statusCode()).isEqualTo(200);
        for (var header : new String[] {"X-Forwarded-For", "Forwarded", "Via"}) {
            assertThat(server.get("/metrics", header, "x").statusCode()).isEqualTo(401);
        }
        assertThat(server.raw("GET /metrics HTTP/1.1\r\nHost: rebound.example:8181\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 401 ");
        assertThat(server.raw("GET /metrics HTTP/1.1\r\nHost: localhost:8181\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ");
    }

    @Test
    void requestsAreAmongTheMetrics() throws Exception {
        server.get("/health/live");
        assertThat(server.get("/metrics", ADMIN).body())
                .containsPattern("seneschal_gateway_requests_seconds_count\\{.*route=\"/health/live\".*} ");
    }

    @Test
    void whatABinderEverRegisteredGoesWhenItGoes() throws Exception {
        var kept = new AtomicReference<MeterRegistry>();
        Consumer<String> gauge = name -> Gauge.builder(name, () -> 1).register(kept.get());
        MeterBinder binder = registry -> {
            kept.set(registry);
            gauge.accept("test.early");
        };
        metrics.addBinder(binder);
        gauge.accept("test.late");
        assertThat(server.get("/metrics", ADMIN).body()).contains("test_early", "test_late");
        metrics.removeBinder(binder);
        gauge.accept("test.afterwards");
        assertThat(server.get("/metrics", ADMIN).body())
                .doesNotContain("test_early", "test_late", "test_afterwards")
                .contains("jvm_memory_used_bytes");
        metrics.addBinder(binder);
        assertThat(server.get("/metrics", ADMIN).body()).contains("test_early");
    }

    @Test
    void aBinderThatFailsSpoilsNoOther() throws Exception {
        metrics.addBinder(registry -> {
            Gauge.builder("test.half", () -> 1).register(registry);
            throw new IllegalStateException("boom");
        });
        assertThat(server.get("/metrics", ADMIN).body()).contains("jvm_memory").doesNotContain("test_half");
    }

    @Test
    void twoBindersMayHaveOneMeterWithDifferentTags() throws Exception {
        for (var tag : new String[] {"one", "two"}) {
            metrics.addBinder(registry ->
                    Gauge.builder("test.shared", () -> 1).tag("part", tag).register(registry));
        }
        assertThat(server.get("/metrics", ADMIN).body())
                .contains("test_shared{part=\"one\"}", "test_shared{part=\"two\"}");
    }

    @Test
    void theDescriptionIsOfEveryRouteAndOfNothingElse() throws Exception {
        var response = server.get("/api/openapi.json");
        assertThat(response.statusCode()).isEqualTo(200);
        var document = server.json(response);
        assertThat(document.get("openapi").textValue()).startsWith("3.1.");
        var described = new HashSet<String>();
        document.get("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(operation -> {
                    described.add(operation.getKey() + " " + path.getKey());
                    assertOperation(path.getKey(), operation.getValue());
                }));
        assertThat(described)
                .containsExactlyInAnyOrder(
                        "get /api/openapi.json",
                        "get /health/live",
                        "get /health/ready",
                        "get /metrics",
                        "post /api/v1/events",
                        "get /api/v1/events",
                        "get /api/v1/channels",
                        "get /api/v1/channels/{channel}/events",
                        "get /api/v1/consumers");
        assertReferencesResolve(document, document);
        var ids = document.get("paths").findValuesAsText("operationId");
        assertThat(ids).doesNotHaveDuplicates().hasSameSizeAs(described);
    }

    @Test
    void whatAServletServesIsDescribedAndNotRouted() throws Exception {
        apis.addApi(new RestApi() {
            @Override
            public List<Route> routes() {
                return List.of();
            }

            @Override
            public String openApi() {
                return "{\"paths\":{\"/feed\":{\"get\":{\"x-servlet\":true,\"x-permission\":\"realtime:subscribe\","
                        + "\"responses\":{}},\"post\":{\"responses\":{}}}}}";
            }
        });
        var feed = server.json(server.get("/api/openapi.json")).at("/paths/~1feed");
        assertThat(feed.has("post")).isFalse();
        assertThat(feed.at("/get/x-permission").textValue()).isEqualTo("realtime:subscribe");
        assertThat(feed.at("/get/responses").has("default")).isTrue();
        assertThat(feed.at("/get").has("x-servlet")).isFalse();
        assertThat(server.get("/feed", ADMIN).statusCode()).isEqualTo(404);
    }

    /** What OpenAPI 3.1 asks of an operation: answers with descriptions, and every variable of its path declared. */
    private static void assertOperation(String path, JsonNode operation) {
        assertThat(operation.get("responses")).isNotEmpty();
        operation.get("responses").properties().forEach(answer -> {
            assertThat(answer.getKey()).matches("default|[1-5]\\d\\d");
            assertThat(answer.getValue().has("description") || answer.getValue().has("$ref"))
                    .isTrue();
        });
        var variables = new HashSet<String>();
        var matcher = Pattern.compile("\\{(\\w+)}").matcher(path);
        while (matcher.find()) {
            variables.add(matcher.group(1));
        }
        Set<String> declared = new HashSet<>();
        operation.path("parameters").forEach(parameter -> {
            if (parameter.path("in").asText().equals("path")) {
                declared.add(parameter.get("name").textValue());
                assertThat(parameter.get("required").booleanValue()).isTrue();
            }
        });
        assertThat(declared).isEqualTo(variables);
    }

    private static void assertReferencesResolve(JsonNode document, JsonNode node) {
        if (node.path("$ref").isTextual()) {
            var pointer = node.get("$ref").textValue();
            assertThat(document.at(pointer.substring(1)).isMissingNode())
                    .as(pointer)
                    .isFalse();
        }
        node.forEach(child -> assertReferencesResolve(document, child));
    }
}
