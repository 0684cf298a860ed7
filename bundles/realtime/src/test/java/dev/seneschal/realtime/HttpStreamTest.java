package dev.seneschal.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class HttpStreamTest {

    private static final String CONNECT = "{\"id\":1,\"connect\":{\"token\":\"listener\"}}";
    private static final String SUBSCRIBE = "{\"id\":2,\"subscribe\":{\"channel\":\"events:a\"}}";
    private static final String[] LISTENER = {"Authorization", "Bearer listener"};

    private final ObjectMapper json = new ObjectMapper();
    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        server = new TestServer(Map.of("pingSeconds", 1));
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private StreamClient sse(String commands) throws Exception {
        return StreamClient.get(server.uri(
                "http", "/connection/sse?cf_connect=" + URLEncoder.encode(commands, StandardCharsets.UTF_8)));
    }

    private int emulate(JsonNode connected, String commands) throws Exception {
        var body = json.createObjectNode()
                .put("session", connected.at("/connect/session").asText())
                .put("node", connected.at("/connect/node").asText())
                .put("data", commands);
        return StreamClient.send("POST", server.uri("http", "/emulation"), body.toString())
                .statusCode();
    }

    @Test
    void speaksTheProtocolOverServerSentEventsWithCommandsInRequestsOfTheirOwn() throws Exception {
        var client = sse(CONNECT);
        var connected = client.message();

        assertThat(emulate(connected, SUBSCRIBE)).isEqualTo(204);
        var subscribed = client.message();
        server.log().append("events:a", 1);
        var push = client.message();

        assertThat(client.response().headers().firstValue("content-type")).hasValue("text/event-stream; charset=utf-8");
        assertThat(client.response().headers().firstValue("x-accel-buffering")).hasValue("no");
        assertThat(subscribed.at("/subscribe/epoch").asText()).isEqualTo("e1");
        assertThat(SocketClient.number(push.at("/push/pub"))).isEqualTo(1);
        assertThat(server.realtime().connections().get(0).transport()).isEqualTo("sse");
    }

    @Test
    void speaksTheProtocolInLines() throws Exception {
        var client = StreamClient.post(server.uri("http", "/connection/http_stream"), CONNECT + "\n" + SUBSCRIBE);

        assertThat(client.message().at("/connect/client").asText()).hasSize(36);
        assertThat(client.message().at("/subscribe/epoch").asText()).isEqualTo("e1");
        IntStream.rangeClosed(1, 300).forEach(number -> server.log().append("events:a", number));

        for (int number = 1; number <= 300; number++) {
            assertThat(SocketClient.number(client.message().at("/push/pub"))).isEqualTo(number);
        }
    }

    @Test
    void endsWithADisconnectPushWhereThereIsNoCloseCode() throws Exception {
        var client = sse(CONNECT.replace("listener", "wrong"));

        assertThat(client.message().at("/push/disconnect/code").asInt()).isEqualTo(3500);
        assertThat(client.isAtEnd()).isTrue();
        await().until(() -> server.realtime().clients().count() == 0);
    }

    @Test
    void answersRequestsThatMakeNoSense() throws Exception {
        var emulation = server.uri("http", "/emulation");
        assertThat(StreamClient.get(server.uri("http", "/connection/sse")).status())
                .isEqualTo(400);
        assertThat(StreamClient.send("POST", emulation, "nonsense").statusCode())
                .isEqualTo(400);
        assertThat(StreamClient.send("POST", emulation, "{\"session\":\"x\",\"node\":\"x\",\"data\":\"{}\"}")
                        .statusCode())
                .isEqualTo(404);
        assertThat(StreamClient.send("POST", emulation, "x".repeat(200_000)).statusCode())
                .isEqualTo(413);
        assertThat(StreamClient.send("POST", server.uri("http", "/connection/http_stream"), "x".repeat(200_000))
                        .statusCode())
                .isEqualTo(413);
        assertThat(StreamClient.send("OPTIONS", emulation, "").statusCode()).isEqualTo(204);
        assertThat(StreamClient.send("DELETE", emulation, "").statusCode()).isEqualTo(405);
        assertThat(StreamClient.send("POST", emulation, "{}", "Origin", "http://evil.example")
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void tellsTheClientsOfEveryTransportToReconnectWhenItDrains() throws Exception {
        var client = sse(CONNECT);
        client.message();
        var plain = StreamClient.get(server.uri("http", "/api/v1/stream?channel=events:a"), LISTENER);

        server.removeEndpoints();

        assertThat(client.message().at("/push/disconnect/code").asInt()).isEqualTo(3001);
        assertThat(client.isAtEnd()).isTrue();
        assertThat(List.of(plain.line(), plain.line(), plain.line()))
                .containsExactly("retry: 2000", "id: e1:0", ": shutdown");
        assertThat(plain.isAtEnd()).isTrue();
    }

    @Test
    void streamsAChannelAsPlainServerSentEventsAndRecoversByLastEventId() throws Exception {
        var uri = server.uri("http", "/api/v1/stream?channel=events:a");
        var client = StreamClient.get(uri, LISTENER);
        assertThat(List.of(client.line(), client.line())).containsExactly("retry: 2000", "id: e1:0");
        IntStream.rangeClosed(1, 3).forEach(number -> server.log().append("events:a", number));
        assertThat(client.line()).isEqualTo("id: e1:1");
        assertThat(json.readTree(client.line().substring(6)).at("/data").asInt())
                .isEqualTo(1);
        client.close();

        var again = StreamClient.get(uri, "Authorization", "Bearer listener", "Last-Event-ID", "e1:1");

        assertThat(List.of(again.line(), again.line(), again.line()))
                .containsExactly("retry: 2000", "id: e1:1", "id: e1:2");
        assertThat(again.line()).contains("\"data\":2");
        assertThat(again.line()).isEqualTo("id: e1:3");
        assertThat(again.line()).contains("\"data\":3");
        assertThat(again.line()).isEqualTo(": heartbeat");
    }

    @Test
    void namesTheChannelWhenSeveralAreStreamed() throws Exception {
        var uri = server.uri("http", "/api/v1/stream?channel=events:a&channel=events:b");
        var client = StreamClient.get(uri, LISTENER);
        client.line();
        client.line();
        server.log().append("events:b", 7);

        assertThat(List.of(client.line(), client.line())).containsExactly("event: events:b", "id: e1:0,e1:1");
        assertThat(client.line()).contains("\"data\":7");

        var again = StreamClient.get(uri, "Authorization", "Bearer listener", "Last-Event-ID", "e0:0,e1:0");
        again.line();
        again.line();
        assertThat(List.of(again.line(), again.line())).containsExactly("event: unrecovered", "data: events:a");
        assertThat(List.of(again.line(), again.line())).containsExactly("event: events:b", "id: e1:0,e1:1");
    }

    @Test
    void answersFaultyStreamRequestsBeforeItStreams() throws Exception {
        var faults = Map.of(
                "", 400,
                "?channel=", 400,
                "?channel=a%0Ab", 400);
        for (var fault : faults.entrySet()) {
            var uri = server.uri("http", "/api/v1/stream" + fault.getKey());
            assertThat(StreamClient.get(uri, LISTENER).status())
                    .as(fault.getKey())
                    .isEqualTo(fault.getValue());
        }
        var uri = server.uri("http", "/api/v1/stream?channel=events:a");
        assertThat(StreamClient.get(uri).status()).isEqualTo(401);
        assertThat(StreamClient.get(uri, "Authorization", "Bearer reader").status())
                .isEqualTo(403);
        assertThat(StreamClient.get(uri, "Authorization", "Bearer listener", "Seneschal-Tenant", "acme")
                        .status())
                .isEqualTo(403);
        assertThat(StreamClient.get(uri, "Authorization", "Bearer listener", "Last-Event-ID", "nonsense")
                        .status())
                .isEqualTo(400);
        server.log().away(true);
        var away = StreamClient.get(uri, LISTENER);
        assertThat(away.status()).isEqualTo(503);
        assertThat(away.response().headers().firstValue("retry-after")).isPresent();
        assertThat(server.realtime().clients().count()).isZero();
    }

    @Test
    void tellsWhoIsLockedOutHowLongToWait() throws Exception {
        var locked = StreamClient.get(
                server.uri("http", "/api/v1/stream?channel=events:a"), "Authorization", "Bearer locked");

        assertThat(locked.status()).isEqualTo(429);
        assertThat(locked.response().headers().firstValue("retry-after")).hasValue("8");
    }

    @Test
    void answersEveryFaultWithAProblemAndNeverWithAPageOfTheServer() throws Exception {
        for (var request : List.of(
                "GET /api/v1/stream?channel=%zz",
                "GET /api/v1/stream?channel=%",
                "POST /api/v1/stream?channel=a",
                "GET /connection/sse?cf_connect=%zz",
                "GET /connection/websocket",
                "POST /connection/websocket",
                "DELETE /emulation")) {
            var answer = server.raw(request + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            assertThat(answer)
                    .as(request)
                    .startsWith("HTTP/1.1 4")
                    .contains("application/problem+json")
                    .doesNotContainIgnoringCase("powered by", "<html");
        }
    }

    @Test
    void sendersWhoFallSilentHoldNobodyElseAndAreNotWaitedForForEver() throws Exception {
        server.close();
        server = new TestServer(Map.of("connectTimeoutSeconds", 1));
        var silent = new ArrayList<Socket>();
        for (int i = 0; i < 3 * TestServer.THREADS; i++) {
            var path = List.of("/emulation", "/connection/sse", "/connection/http_stream")
                    .get(i % 3);
            silent.add(server.begin("POST " + path + " HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n{"));
        }

        assertThat(sse(CONNECT).message().has("connect")).isTrue();

        for (var socket : silent) {
            try (socket) {
                var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(answer).startsWith("HTTP/1.1 408 ");
            }
        }
    }

    @Test
    void callersWhoCannotBeToldInTimeHoldNobodyElseAndHearSo() throws Exception {
        server.close();
        server = new TestServer(Map.of("connectTimeoutSeconds", 1));
        var answering = new CountDownLatch(1);
        server.access().hang(answering);
        var waiting = new ArrayList<Socket>();
        for (int i = 0; i < 3 * TestServer.THREADS; i++) {
            waiting.add(server.begin("GET /api/v1/stream?channel=events:a HTTP/1.1\r\nHost: h\r\n"
                    + "Authorization: Bearer listener\r\nConnection: close\r\n\r\n"));
        }

        assertThat(StreamClient.send("OPTIONS", server.uri("http", "/emulation"), "")
                        .statusCode())
                .isEqualTo(204);
        for (var socket : waiting) {
            try (socket) {
                var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(answer).startsWith("HTTP/1.1 503 ").contains("Retry-After");
            }
        }
        answering.countDown();
        await().until(() -> server.realtime().clients().count() == 0);
    }
}
