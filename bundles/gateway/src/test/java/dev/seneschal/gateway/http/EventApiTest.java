package dev.seneschal.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seneschal.api.event.CloudEvent;
import dev.seneschal.api.event.InvalidEventException;
import dev.seneschal.api.event.LogBusyException;
import dev.seneschal.api.storage.StorageUnavailableException;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.gateway.event.EventApi;
import dev.seneschal.gateway.event.MemoryLog;
import dev.seneschal.gateway.route.RestApis;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** On a real Jetty. */
final class EventApiTest {

    private static final String SINGLE = "application/cloudevents+json";
    private static final String BATCH = "application/cloudevents-batch+json";
    private static final String START = "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/test\",\"type\":\"made\"";

    private final MemoryLog log = new MemoryLog();
    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        var apis = new RestApis();
        apis.addApi(new EventApi(log));
        server = new TestServer(apis);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpResponse<String> publish(String type, String body, String... more) throws Exception {
        var headers = Stream.concat(
                        Stream.of("Authorization", "Bearer publisher", "Content-Type", type), Arrays.stream(more))
                .toArray(String[]::new);
        return server.post("/api/v1/events", body, headers);
    }

    private HttpResponse<String> binary(String type, String body, String... more) throws Exception {
        var headers = Stream.concat(
                        Stream.of("ce-specversion", "1.0", "ce-id", "1", "ce-source", "/test", "ce-type", "made"),
                        Arrays.stream(more))
                .toArray(String[]::new);
        return publish(type, body, headers);
    }

    private void assertRefused(HttpResponse<String> response, String pointer) throws Exception {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        var errors = server.json(response).get("errors");
        assertThat(errors.get(0).get("pointer").textValue()).isEqualTo(pointer);
        assertThat(log.stored()).isEmpty();
    }

    @Test
    void aStructuredEventIsStoredAndItsPlaceIsTold() throws Exception {
        var response = publish(
                SINGLE + "; charset=utf-8",
                START + ",\"subject\":\"ann\",\"time\":\"2026-11-22T10:00:00.5+01:00\",\"channel\":\"logins\","
                        + "\"flag\":true,\"count\":7,\"nothing\":null,\"data\":{\"n\":1.10,\"text\":\"a\\r\\nb\"}}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        var position = server.json(response).get("positions").get(0);
        assertThat(position.toString())
                .isEqualTo("{\"channel\":\"logins\",\"epoch\":\"e1\",\"offset\":1,\"duplicate\":false}");
        var event = log.stored().get(0).event();
        assertThat(event.subject()).isEqualTo("ann");
        assertThat(event.time()).isEqualTo(Instant.parse("2026-11-22T09:00:00.5Z"));
        assertThat(event.extensions()).isEqualTo(Map.of("channel", "logins", "flag", "true", "count", "7"));
        assertThat(event.data()).isEqualTo("{\"n\":1.10,\"text\":\"a\\r\\nb\"}");
    }

    @Test
    void aBatchIsStoredInItsOrder() throws Exception {
        var response =
                publish(BATCH, "[" + START + ",\"data\":1}," + START.replace("\"1\"", "\"2\"") + ",\"data\":2}]");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        assertThat(log.stored()).extracting(stored -> stored.event().data()).containsExactly("1", "2");
        assertThat(publish(BATCH, "[]").statusCode()).isEqualTo(201);
    }

    @Test
    void base64DataStaysBase64() throws Exception {
        assertThat(publish(SINGLE, START + ",\"data_base64\":\"AAEC\"}").statusCode())
                .isEqualTo(201);
        assertThat(log.stored().get(0).event().binary()).isTrue();
        assertThat(log.stored().get(0).event().data()).isEqualTo("\"AAEC\"");
    }

    @Test
    void aBinaryModeEventHasItsAttributesInHeaders() throws Exception {
        var response = binary(
                "application/json",
                "{\"a\":1}",
                "ce-subject",
                "Euro%20%E2%82%AC%20%F0%9F%98%80",
                "ce-channel",
                "\"log\\\"ins\"");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        var event = log.stored().get(0).event();
        assertThat(event.subject()).isEqualTo("Euro \u20ac \ud83d\ude00");
        assertThat(event.channel()).isEqualTo("log\"ins");
        assertThat(event.dataContentType()).isEqualTo("application/json");
        assertThat(event.data()).isEqualTo("{\"a\":1}");
    }

    @Test
    void binaryModeKeepsTextAsTextAndBytesAsBase64() throws Exception {
        binary("text/plain; charset=iso-8859-1", "plain");
        binary("application/octet-stream", "plain");
        binary("application/xml", "");
        assertThat(log.stored())
                .extracting(stored -> stored.event().data())
                .containsExactly("\"plain\"", "\"cGxhaW4=\"", null);
        assertThat(log.stored()).extracting(stored -> stored.event().binary()).containsExactly(false, true, false);
    }

    static Stream<Arguments> badEvents() {
        var deep = "[".repeat(500) + "]".repeat(500);
        return Stream.of(
                Arguments.of("", ""),
                Arguments.of("{", ""),
                Arguments.of("nonsense", ""),
                Arguments.of("[]", ""),
                Arguments.of("1", ""),
                Arguments.of("null", ""),
                Arguments.of(START + "} {}", ""),
                Arguments.of(START + ",\"id\":\"2\"}", ""),
                Arguments.of(START + ",\"data\":" + deep + "}", ""),
                Arguments.of("{\"id\":\"1\",\"source\":\"/test\",\"type\":\"made\"}", "/specversion"),
                Arguments.of("{\"specversion\":\"1.0\",\"source\":\"/test\",\"type\":\"made\"}", "/id"),
                Arguments.of("{\"specversion\":\"1.0\",\"id\":\"1\",\"type\":\"made\"}", "/source"),
                Arguments.of("{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/test\"}", "/type"),
                Arguments.of(
                        "{\"specversion\":\"0.3\",\"id\":\"1\",\"source\":\"/test\",\"type\":\"made\"}",
                        "/specversion"),
                Arguments.of(
                        "{\"specversion\":1.0,\"id\":\"1\",\"source\":\"/test\",\"type\":\"made\"}", "/specversion"),
                Arguments.of("{\"specversion\":\"1.0\",\"id\":1,\"source\":\"/test\",\"type\":\"made\"}", "/id"),
                Arguments.of("{\"specversion\":\"1.0\",\"id\":\"\",\"source\":\"/test\",\"type\":\"made\"}", "/id"),
                Arguments.of("{\"specversion\":\"1.0\",\"id\":null,\"source\":\"/test\",\"type\":\"made\"}", "/id"),
                Arguments.of(
                        "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"not a uri\",\"type\":\"made\"}", "/source"),
                Arguments.of(START + ",\"subject\":[]}", "/subject"),
                Arguments.of(START + ",\"subject\":\"" + "x".repeat(256) + "\"}", "/subject"),
                Arguments.of(START + ",\"subject\":\"\\u0000\"}", "/subject"),
                Arguments.of(START + ",\"subject\":\"\\ud800\"}", "/subject"),
                Arguments.of(START + ",\"time\":\"yesterday\"}", "/time"),
                Arguments.of(START + ",\"time\":\"+99999-01-01T00:00:00Z\"}", "/time"),
                Arguments.of(START + ",\"time\":12}", "/time"),
                Arguments.of(START + ",\"datacontenttype\":\"json\"}", "/datacontenttype"),
                Arguments.of(START + ",\"dataschema\":\"::\"}", "/dataschema"),
                Arguments.of(START + ",\"Extension\":\"x\"}", "/Extension"),
                Arguments.of(START + ",\"a/b\":\"x\"}", "/a~1b"),
                Arguments.of(START + ",\"ext\":{}}", "/ext"),
                Arguments.of(START + ",\"ext\":1.5}", "/ext"),
                Arguments.of(START + ",\"ext\":99999999999}", "/ext"),
                Arguments.of(START + ",\"data\":1,\"data_base64\":\"AA==\"}", "/data_base64"),
                Arguments.of(START + ",\"data_base64\":\"!\"}", "/data_base64"),
                Arguments.of(START + ",\"data_base64\":1}", "/data_base64"),
                Arguments.of(START + ",\"data\":{\"a\":[0,\"\\u0000\"]}}", "/data/a/1"),
                Arguments.of(START + ",\"data\":{\"\\u0000\":1}}", "/data"),
                Arguments.of(START + ",\"data\":\"\\udc00\"}", "/data"),
                Arguments.of(START + ",\"data\":1e999999}", "/data"));
    }

    @ParameterizedTest
    @MethodSource("badEvents")
    void aBadEventIsRefusedByItsPointerAndNothingIsStored(String body, String pointer) throws Exception {
        assertRefused(publish(SINGLE, body), pointer);
    }

    @Test
    void oneBadEventSpoilsItsBatchAndIsNamed() throws Exception {
        assertRefused(publish(BATCH, "[" + START + "},{\"specversion\":\"1.0\"}]"), "/1/id");
        assertRefused(publish(BATCH, START + "}"), "");
    }

    @ParameterizedTest
    @CsvSource({
        "specversion",
        "id",
        "source",
        "type",
        "subject",
        "time",
        "dataschema",
        "datacontenttype",
        "channel",
        "other"
    })
    void sqlAndLineBreaksInAnAttributeNeverFail(String attribute) throws Exception {
        var crlf = START.replace("\"" + attribute + "\":", "\"shadow\":") + ",\"" + attribute
                + "\":\"a\\r\\nSet-Cookie: x\"}";
        assertRefused(publish(SINGLE, crlf), "/" + attribute);
        var sql = START.replace("\"" + attribute + "\":", "\"shadow\":") + ",\"" + attribute
                + "\":\"'; DROP TABLE realtime_events; --\"}";
        assertThat(publish(SINGLE, sql).statusCode()).isIn(201, 400);
    }

    @ParameterizedTest
    @CsvSource({
        "ce-subject, %zz",
        "ce-subject, %ff",
        "ce-subject, 100%",
        "ce-subject, %0d%0a",
        "ce-Bad_name, x",
        "ce-time, now"
    })
    void aBadHeaderIsRefused(String header, String value) throws Exception {
        var response = binary("application/json", "{}", header, value);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(log.stored()).isEmpty();
    }

    @Test
    void binaryModeRefusesDataThatIsNotWhatItSays() throws Exception {
        assertRefused(binary("application/json", "{"), "");
        assertRefused(binary("application/json", "\"\\u0000\""), "");
        assertRefused(binary("text/plain; charset=nonsense", "x"), "Content-Type");
        assertRefused(binary("application/json", "{}", "ce-datacontenttype", "text/plain"), "ce-datacontenttype");
    }

    @Test
    void whatIsNoEventIsToldWhatIs() throws Exception {
        assertThat(publish("application/json", START + "}").statusCode()).isEqualTo(415);
        assertThat(publish("application/cloudevents+avro", "x").statusCode()).isEqualTo(415);
        assertThat(server.post("/api/v1/events", "", "Authorization", "Bearer publisher")
                        .statusCode())
                .isEqualTo(415);
        assertThat(log.stored()).isEmpty();
    }

    @Test
    void twoMegabytesAreTooMuch() throws Exception {
        var response = publish(SINGLE, START + ",\"data\":\"" + "x".repeat(2 << 20) + "\"}");
        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(log.stored()).isEmpty();
    }

    @Test
    void publishingNeedsItsPermission() throws Exception {
        var response =
                server.post("/api/v1/events", START + "}", "Authorization", "Bearer reader", "Content-Type", SINGLE);
        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(log.stored()).isEmpty();
    }

    @Test
    void aLogThatDoesNotAnswerDoesNotHoldItsCaller() throws Exception {
        log.answerWith(new CompletableFuture<>());
        var response = publish(SINGLE, START + "}");
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).contains("2");
    }

    @Test
    void whatTheLogRefusesIsAClearAnswer() throws Exception {
        log.answerWith(CompletableFuture.failedFuture(new StorageUnavailableException("away", null)));
        assertThat(publish(SINGLE, START + "}").statusCode()).isEqualTo(503);
        log.answerWith(CompletableFuture.failedFuture(new LogBusyException("busy")));
        assertThat(publish(SINGLE, START + "}").headers().firstValue("Retry-After"))
                .contains("1");
        log.answerWith(CompletableFuture.failedFuture(new InvalidEventException(1, "channel", "Too long.")));
        assertRefused(publish(BATCH, "[" + START + "}," + START + "}]"), "/1/channel");
        assertRefused(binary("application/json", "{}"), "ce-channel");
    }

    @Test
    void whileTheLogIsAwayPublishingSaysSo() throws Exception {
        var apis = new RestApis();
        apis.addApi(new EventApi());
        try (var other = new TestServer(apis)) {
            var response = other.post(
                    "/api/v1/events", START + "}", "Authorization", "Bearer publisher", "Content-Type", SINGLE);
            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.headers().firstValue("Retry-After")).contains("2");
        }
    }

    @Test
    void aChannelIsReadInPagesInItsOrder() throws Exception {
        for (int i = 0; i < 5; i++) {
            publish(SINGLE, START + ",\"channel\":\"a b:c\",\"data\":" + i + "}");
        }
        var path = "/api/v1/channels/a%20b%3Ac/events?limit=2";
        var seen = new HashSet<Integer>();
        while (path != null) {
            var response = server.get(path, "Authorization", "Bearer reader");
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            server.json(response)
                    .get("events")
                    .forEach(event -> seen.add(event.get("event").get("data").intValue()));
            path = response.headers()
                    .firstValue("Link")
                    .map(link -> link.replaceAll("<(.*)>.*", "$1"))
                    .orElse(null);
        }
        assertThat(seen).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
        var channels = server.json(server.get("/api/v1/channels", "Authorization", "Bearer reader"));
        assertThat(channels.get("channels").get(0).get("offset").intValue()).isEqualTo(5);
    }

    @Test
    void aChannelWhoseNameHasASlashIsReadByItsNameInTheQuery() throws Exception {
        for (int i = 0; i < 3; i++) {
            publish(SINGLE, START + ",\"channel\":\"plant/line 1&2\",\"data\":" + i + "}");
        }
        var seen = new ArrayList<Integer>();
        var path = "/api/v1/events?channel=plant%2Fline%201%262&limit=1";
        while (path != null) {
            var response = server.get(path, "Authorization", "Bearer reader");
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            server.json(response)
                    .get("events")
                    .forEach(event -> seen.add(event.get("event").get("data").intValue()));
            path = response.headers()
                    .firstValue("Link")
                    .map(link -> link.replaceAll("<(.*)>.*", "$1"))
                    .orElse(null);
        }
        assertThat(seen).containsExactly(0, 1, 2);
        assertThat(server.get("/api/v1/events", "Authorization", "Bearer reader")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void whatTheLogTookIsShownAsItIs() throws Exception {
        var data = "[".repeat(300) + "9".repeat(1_500) + "]".repeat(300);
        log.append(TenantId.DEFAULT, List.of(CloudEvent.of("1", "/bundle", "made", null, data)));
        var response = server.get("/api/v1/channels/events:made/events", "Authorization", "Bearer reader");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).contains("\"data\":" + data);
    }

    @Test
    void theSessionOfAnEventIsItsPublishersAndNobodyElses() throws Exception {
        var claimed = START + ",\"adminsession\":\"" + TestServer.SESSION + "\"}";
        assertRefused(publish(SINGLE, claimed), "/adminsession");
        assertRefused(
                binary("application/json", "{}", "ce-adminsession", TestServer.SESSION.toString()), "ce-adminsession");
        var response =
                server.post("/api/v1/events", START + "}", "Authorization", "Bearer session", "Content-Type", SINGLE);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        assertThat(log.stored().get(0).event().extensions())
                .isEqualTo(Map.of("adminsession", TestServer.SESSION.toString()));
    }

    @ParameterizedTest
    @CsvSource({"after=-1", "after=x", "limit=0", "limit=1001", "limit=99999999999999999999", "after='%20OR%201=1"})
    void aBadPageIsRefused(String query) throws Exception {
        var response = server.get("/api/v1/channels/x/events?" + query, "Authorization", "Bearer reader");
        assertThat(response.statusCode()).isEqualTo(400);
    }

    @Test
    void theConsumersAreForWhoActsForEveryTenant() throws Exception {
        assertThat(server.get("/api/v1/consumers", "Authorization", "Bearer reader")
                        .statusCode())
                .isEqualTo(403);
        var consumers = server.json(server.get("/api/v1/consumers", "Authorization", "Bearer admin"));
        assertThat(consumers.get("consumers").get(0).get("lag").intValue()).isEqualTo(3);
    }

    @Test
    void anyBytesAsABodyNeverFail() throws Exception {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            var bytes = (START + ",\"data\":{\"a\":[1,\"x\",null]}}").getBytes(StandardCharsets.UTF_8);
            for (int change = random.nextInt(4); change >= 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            var response = server.send(
                    "POST", "/api/v1/events", bytes, "Authorization", "Bearer publisher", "Content-Type", SINGLE);
            assertThat(response.statusCode())
                    .as("seed %s, round %s: %s", seed, i, response.body())
                    .isIn(201, 400);
        }
    }
}
