package dev.seneschal.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.seneschal.api.event.EventLog;
import dev.seneschal.api.health.HealthProbe.Status;
import dev.seneschal.api.tenant.TenantId;
import java.net.http.WebSocketHandshakeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class WebSocketProtocolTest {

    private static final String CONNECT = "{\"id\":1,\"connect\":{\"token\":\"listener\"}}";
    private static final String SUBSCRIBE = "{\"id\":2,\"subscribe\":{\"channel\":\"events:a\",\"flag\":1}}";

    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        server = new TestServer(Map.of());
    }

    private void restart(Map<String, Object> config) throws Exception {
        server.close();
        server = new TestServer(config);
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private SocketClient client() {
        return SocketClient.open(server.uri("ws", "/connection/websocket"));
    }

    private SocketClient subscribed(String channel) throws InterruptedException {
        var client = client().send(CONNECT, "{\"id\":2,\"subscribe\":{\"channel\":\"" + channel + "\"}}");
        assertThat(client.next().has("connect")).isTrue();
        assertThat(client.next().has("subscribe")).isTrue();
        return client;
    }

    private static String recover(String epoch, long offset) {
        return "{\"id\":2,\"subscribe\":{\"channel\":\"events:a\",\"recover\":true,\"epoch\":\"" + epoch
                + "\",\"offset\":" + offset + "}}";
    }

    private JsonNode replyTo(String subscribe) throws InterruptedException {
        var client = client().send(CONNECT, subscribe);
        client.next();
        return client.next();
    }

    @Test
    void answersConnectAndSubscribeSentInOneFrameAndThenPublishesLive() throws Exception {
        server.log().append("events:a", 1);
        var client = client().send(CONNECT, SUBSCRIBE);

        var connected = client.next();
        var subscribed = client.next();
        server.log().append("events:a", 2);
        var push = client.next();

        assertThat(connected.at("/id").asInt()).isEqualTo(1);
        assertThat(connected.at("/connect/client").asText()).hasSize(36);
        assertThat(connected.at("/connect/ping").asInt()).isEqualTo(25);
        assertThat(connected.at("/connect/pong").asBoolean()).isTrue();
        assertThat(subscribed.at("/id").asInt()).isEqualTo(2);
        assertThat(subscribed.at("/subscribe/epoch").asText()).isEqualTo("e1");
        assertThat(subscribed.at("/subscribe/offset").asInt()).isEqualTo(1);
        assertThat(subscribed.at("/subscribe/recoverable").asBoolean()).isTrue();
        assertThat(subscribed.at("/subscribe/recovered").isMissingNode()).isTrue();
        assertThat(push.at("/push/channel").asText()).isEqualTo("events:a");
        assertThat(push.at("/push/pub/offset").asInt()).isEqualTo(2);
        assertThat(push.at("/push/pub/data/type").asText()).isEqualTo("test.number");
        assertThat(push.at("/push/pub/data/data").asInt()).isEqualTo(2);
    }

    @Test
    void deliversEveryPublicationOnceAndInOrder() throws Exception {
        var client = subscribed("events:a");

        IntStream.rangeClosed(1, 500).forEach(number -> server.log().append("events:a", number));

        assertThat(client.numbers(500))
                .isEqualTo(IntStream.rangeClosed(1, 500).boxed().toList());
    }

    @Test
    void answersBeforeItPublishesWhatCameWhileTheHistoryWasRead() throws Exception {
        IntStream.rangeClosed(1, 5).forEach(number -> server.log().append("events:a", number));
        var other = subscribed("events:a");
        var meanwhile = new ArrayList<Integer>();
        server.log().onNextRead(() -> {
            IntStream.rangeClosed(6, 8).forEach(number -> server.log().append("events:a", number));
            meanwhile.addAll(other.numbers(3));
            return null;
        });

        var client = client().send(CONNECT, recover("e1", 2));
        client.next();
        var reply = client.next().at("/subscribe");

        assertThat(reply.at("/publications")).extracting(SocketClient::number).containsExactly(3, 4, 5);
        assertThat(client.numbers(3)).containsExactly(6, 7, 8);
        assertThat(meanwhile).containsExactly(6, 7, 8);
    }

    @Test
    void doesNotRepeatWhatTheClientHasSeenOnAnotherNodeAlready() throws Exception {
        var other = subscribed("events:a");
        server.log().deaf(true);
        IntStream.rangeClosed(1, 5).forEach(number -> server.log().append("events:a", number));
        server.log().deaf(false);

        var client = client().send(CONNECT, recover("e1", 4));
        client.next();
        var reply = client.next().at("/subscribe");
        server.log().append("events:a", 6);

        assertThat(reply.at("/recovered").asBoolean()).isTrue();
        assertThat(reply.at("/offset").asInt()).isEqualTo(4);
        assertThat(client.numbers(2)).containsExactly(5, 6);
        assertThat(other.numbers(6)).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void recoversWhatWasMissedSinceThePosition() throws Exception {
        IntStream.rangeClosed(1, 10).forEach(number -> server.log().append("events:a", number));

        var reply = replyTo(recover("e1", 7)).at("/subscribe");

        assertThat(reply.at("/recovered").asBoolean()).isTrue();
        assertThat(reply.at("/was_recovering").asBoolean()).isTrue();
        assertThat(reply.at("/offset").asInt()).isEqualTo(7);
        assertThat(reply.at("/publications")).extracting(SocketClient::number).containsExactly(8, 9, 10);
    }

    @Test
    void recoversFromMemoryWithoutReadingTheLogWhenSomeoneListenedMeanwhile() throws Exception {
        var listener = subscribed("events:a");
        IntStream.rangeClosed(1, 10).forEach(number -> server.log().append("events:a", number));
        listener.numbers(10);
        int reads = server.log().reads();

        var reply = replyTo(recover("e1", 4)).at("/subscribe");

        assertThat(reply.at("/publications")).extracting(SocketClient::number).containsExactly(5, 6, 7, 8, 9, 10);
        assertThat(server.log().reads()).isEqualTo(reads);
    }

    @Test
    void recoversNothingWhenNothingWasMissed() throws Exception {
        server.log().append("events:a", 1);

        var reply = replyTo(recover("e1", 1)).at("/subscribe");

        assertThat(reply.at("/recovered").asBoolean()).isTrue();
        assertThat(reply.has("publications")).isFalse();
    }

    @Test
    void saysSoWhenThePositionIsOfAnotherHistoryOrOutOfReach() throws Exception {
        IntStream.rangeClosed(1, 10).forEach(number -> server.log().append("events:a", number));
        server.log().keepFrom(5);

        for (var lost : List.of(recover("e0", 7), recover("e1", 11), recover("e1", 2))) {
            var reply = replyTo(lost).at("/subscribe");
            assertThat(reply.has("recovered")).as(lost).isFalse();
            assertThat(reply.at("/was_recovering").asBoolean()).isTrue();
            assertThat(reply.has("publications")).isFalse();
            assertThat(reply.at("/offset").asInt()).isEqualTo(10);
        }
        var rejecting = recover("e0", 7).replace("\"offset\":7", "\"offset\":7,\"flag\":2");
        assertThat(replyTo(rejecting).at("/error/code").asInt()).isEqualTo(112);
    }

    @Test
    void catchesUpWhenTheLiveFeedHasAGap() throws Exception {
        var client = subscribed("events:a");
        server.log().append("events:a", 1);
        server.log().deaf(true);
        IntStream.rangeClosed(2, 1_200).forEach(number -> server.log().append("events:a", number));
        server.log().deaf(false);
        server.log().append("events:a", 1_201);

        assertThat(client.numbers(1_201))
                .isEqualTo(IntStream.rangeClosed(1, 1_201).boxed().toList());
    }

    @Test
    void losesAndDoublesNothingWhileTheLogIsSwapped() throws Exception {
        var client = subscribed("events:a");
        server.log().append("events:a", 1);

        server.realtime().unbindEventLog(server.log());
        IntStream.rangeClosed(2, 20).forEach(number -> server.log().append("events:a", number));
        server.realtime().bindEventLog(server.log());
        server.log().append("events:a", 21);

        assertThat(client.numbers(21))
                .isEqualTo(IntStream.rangeClosed(1, 21).boxed().toList());
    }

    @Test
    void catchesUpByItselfOnceTheDatabaseIsBack() throws Exception {
        var client = subscribed("events:a");
        server.log().deaf(true);
        server.log().append("events:a", 1);
        server.log().away(true);
        server.realtime().bindEventLog(server.log());
        await().until(() -> !server.realtime().hub().logPresent());

        server.log().away(false);

        assertThat(client.numbers(1)).containsExactly(1);
    }

    @Test
    void asksClientsToSubscribeAnewWhenTheHistoryIsAnotherOne() throws Exception {
        server.log().append("events:a", 1);
        var client = subscribed("events:a");

        server.log().forgetEverything("e2");
        server.realtime().bindEventLog(server.log());
        var push = client.next().at("/push/unsubscribe");
        client.send(
                "{\"id\":9,\"subscribe\":{\"channel\":\"events:a\",\"recover\":true,\"epoch\":\"e1\",\"offset\":1}}");

        assertThat(push.at("/code").asInt()).isEqualTo(2500);
        assertThat(client.next().at("/subscribe/epoch").asText()).isEqualTo("e2");
    }

    @Test
    void answersTemporarilyUnavailableWhileTheLogIsAway() throws Exception {
        server.realtime().unbindEventLog((EventLog) server.log());

        var reply = replyTo(SUBSCRIBE);

        assertThat(reply.at("/error/code").asInt()).isEqualTo(100);
        assertThat(reply.at("/error/temporary").asBoolean()).isTrue();
    }

    @Test
    void noticesByItselfThatTheLogCanBeReadAgain() throws Exception {
        server.log().away(true);
        assertThat(replyTo(SUBSCRIBE).at("/error/code").asInt()).isEqualTo(100);
        var health = new RealtimeHealth(server.realtime());
        assertThat(health.check().status()).isEqualTo(Status.DEGRADED);

        server.log().away(false);

        await().until(() -> health.check().status() == Status.UP);
    }

    @Test
    void stopsPublishingAfterUnsubscribe() throws Exception {
        var client = subscribed("events:a");
        var other = subscribed("events:a");

        client.send("{\"id\":3,\"unsubscribe\":{\"channel\":\"events:a\"}}");
        var reply = client.next();
        server.log().append("events:a", 1);
        other.numbers(1);
        client.send("{\"id\":4,\"unsubscribe\":{\"channel\":\"events:a\"}}");

        assertThat(reply.at("/id").asInt()).isEqualTo(3);
        assertThat(reply.at("/unsubscribe").isObject()).isTrue();
        assertThat(client.next().at("/id").asInt()).isEqualTo(4);
    }

    @Test
    void publishesToMemoryChannelsAndRecoversThem() throws Exception {
        var client = subscribed("metrics:host");
        IntStream.rangeClosed(1, 3).forEach(number -> server.realtime()
                .publish(TenantId.DEFAULT, "metrics:host", "{\"data\":\n" + number + "}"));
        var first = client.next();
        client.numbers(2);
        var epoch = first.at("/push/pub/epoch").asText();

        var reply = replyTo(recover(epoch, 1).replace("events:a", "metrics:host"));

        assertThat(first.at("/push/pub/offset").asInt()).isEqualTo(1);
        assertThat(reply.at("/subscribe/publications"))
                .extracting(SocketClient::number)
                .containsExactly(2, 3);
        assertThatThrownBy(() -> server.realtime().publish(TenantId.DEFAULT, "events:a", "{}"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> server.realtime().publish(TenantId.DEFAULT, "metrics:host", "{} {}"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void keepsTenantsApart() throws Exception {
        var mine = subscribed("events:a");
        var theirs = client().send(CONNECT.replace("listener", "acme"), SUBSCRIBE);
        theirs.next();
        theirs.next();

        server.log().append(FakeAccess.ACME, "events:a", 1);
        server.log().append("events:a", 2);

        assertThat(mine.numbers(1)).containsExactly(2);
        assertThat(theirs.numbers(1)).containsExactly(1);
    }

    @Test
    void disconnectsASlowClientAndNobodyElse() throws Exception {
        restart(Map.of("queueBytes", 16_384));
        var slow =
                SocketClient.openDeaf(server.uri("ws", "/connection/websocket")).send(CONNECT, SUBSCRIBE);
        var other = subscribed("events:a");
        await().until(() -> server.realtime().channels().get(0).subscribers() == 2);
        int sent = 0;

        while (server.realtime().channels().get(0).subscribers() == 2) {
            server.log().append("events:a", ++sent);
            other.numbers(1);
            assertThat(server.realtime().clients().waitingBytes()).isLessThan(100_000);
        }
        server.log().append("events:a", ++sent);

        assertThat(other.numbers(1)).containsExactly(sent);
        assertThat(slow.isSilent()).isTrue();
        await().until(() -> server.realtime().clients().disconnects().containsKey(3008));
    }

    @Test
    void pingsAndDisconnectsWhoDoesNotAnswer() throws Exception {
        restart(Map.of("pingSeconds", 1, "pongTimeoutSeconds", 1));
        var lively = client().send(CONNECT);
        var mute =
                SocketClient.openMute(server.uri("ws", "/connection/websocket")).send(CONNECT);

        assertThat(mute.closeCode()).isEqualTo(3012);
        await().until(() -> lively.pings() >= 2);
        assertThat(server.realtime().connections()).hasSize(1);
    }

    @Test
    void disconnectsWhoDoesNotAnswerAlsoWhenPingsAreMoreFrequentThanTheAnswerIsDue() throws Exception {
        restart(Map.of("pingSeconds", 1, "pongTimeoutSeconds", 2));
        var mute =
                SocketClient.openMute(server.uri("ws", "/connection/websocket")).send(CONNECT);

        assertThat(mute.closeCode()).isEqualTo(3012);
    }

    @Test
    void sendsWhoNeverSaysConnectAwayForGood() throws Exception {
        restart(Map.of("connectTimeoutSeconds", 1));

        assertThat(client().closeCode()).isEqualTo(3502);
    }

    @Test
    void letsWhoSaidConnectComeAgainWhenItCannotBeToldInTimeWhoTheyAre() throws Exception {
        restart(Map.of("connectTimeoutSeconds", 1));
        var answering = new CountDownLatch(1);
        server.access().hang(answering);
        var clients =
                IntStream.range(0, 20).mapToObj(i -> client().send(CONNECT)).toList();

        for (var client : clients) {
            assertThat(client.closeCode()).isEqualTo(3004);
        }
        answering.countDown();
        assertThat(client().send(CONNECT).next().has("connect")).isTrue();
    }

    @Test
    void answersConnectTemporarilyUnavailableWhileTheDatabaseIsAway() throws Exception {
        restart(Map.of("connectTimeoutSeconds", 1));
        server.access().away(true);
        var client = client().send(CONNECT);

        var reply = client.next();

        assertThat(reply.at("/id").asInt()).isEqualTo(1);
        assertThat(reply.at("/error/code").asInt()).isEqualTo(100);
        assertThat(reply.at("/error/temporary").asBoolean()).isTrue();
        assertThat(client.closeCode()).isEqualTo(3004);
    }

    @Test
    void endsConnectionsThatBreakTheProtocol() throws Exception {
        for (var frame : List.of(
                "nonsense",
                "[]",
                "{\"id\":1}",
                "{\"connect\":{}}",
                "{\"id\":1,\"connect\":[]}",
                "{\"id\":-1,\"connect\":{}}",
                "{\"id\":1,\"connect\":{\"token\":5}}",
                "{\"id\":1,\"subscribe\":{\"channel\":\"events:a\"}}",
                "{\"id\":1,\"connect\":{}}",
                CONNECT + "\n" + CONNECT,
                CONNECT + "\n{\"id\":2,\"subscribe\":{}}",
                CONNECT + "\n{\"id\":2,\"subscribe\":{\"channel\":\"a\",\"recover\":true,\"offset\":-1}}",
                CONNECT + "} trailing",
                "[".repeat(5_000))) {
            assertThat(client().send(frame).closeCode()).as(frame).isEqualTo(3501);
        }
        assertThat(client().send("x".repeat(70_000)).closeCode()).isEqualTo(1009);
        await().until(() -> server.realtime().clients().count() == 0);
    }

    @Test
    void refusesWhoCannotProveWhoTheyAre() throws Exception {
        assertThat(client().send(CONNECT.replace("listener", "wrong")).closeCode())
                .isEqualTo(3500);
        var uri = server.uri("ws", "/connection/websocket");
        assertThat(SocketClient.open(uri, "Authorization", "Bearer listener", "Seneschal-Tenant", "acme")
                        .send("{\"id\":1,\"connect\":{}}")
                        .closeCode())
                .isEqualTo(3507);
        var reader = client().send(CONNECT.replace("listener", "reader"), SUBSCRIBE);
        assertThat(reader.next().has("connect")).isTrue();
        assertThat(reader.next().at("/error/code").asInt()).isEqualTo(103);
    }

    @Test
    void takesTheCredentialsAndTheTenantOfTheRequest() throws Exception {
        var admin = SocketClient.open(
                server.uri("ws", "/connection/websocket"),
                "Authorization",
                "Basic YWRtaW46YWRtaW4=",
                "Seneschal-Tenant",
                "acme");

        admin.send("{\"id\":1,\"connect\":{}}").next();

        assertThat(server.realtime().connections()).singleElement().satisfies(connection -> {
            assertThat(connection.user()).isEqualTo("user:admin");
            assertThat(connection.tenant()).isEqualTo(FakeAccess.ACME);
            assertThat(connection.transport()).isEqualTo("websocket");
            assertThat(connection.remote()).isEqualTo("127.0.0.1");
        });
    }

    @Test
    void answersWhatItDoesNotHaveWithTheProtocolsOwnErrors() throws Exception {
        var client = subscribed("events:a");
        var replies = Map.of(
                "\"publish\":{}",
                108,
                "\"rpc\":{}",
                108,
                "\"presence\":{}",
                108,
                "\"history\":{\"channel\":\"a\\nb\"}",
                107,
                "\"refresh\":{}",
                108,
                "\"teleport\":{}",
                104,
                "\"subscribe\":{\"channel\":\"events:a\"}",
                105,
                "\"subscribe\":{\"channel\":\"m\",\"type\":1}",
                108,
                "\"subscribe\":{\"channel\":\"" + "x".repeat(256) + "\"}",
                107,
                "\"subscribe\":{\"channel\":\"a\\nb\"}",
                107);
        for (var reply : replies.entrySet()) {
            client.send("{\"id\":7," + reply.getKey() + "}");
            assertThat(client.next().at("/error/code").asInt())
                    .as(reply.getKey())
                    .isEqualTo(reply.getValue());
        }
        assertThat(client.send("{\"send\":{}}").closeCode()).isEqualTo(3508);
        var binary = client();
        binary.sendBytes(new byte[] {1, 2});
        assertThat(binary.closeCode()).isEqualTo(3506);
    }

    @Test
    void limitsTheChannelsOfOneConnection() throws Exception {
        var client = client().send(CONNECT);
        client.next();

        for (int i = 0; i < 128; i++) {
            client.send("{\"id\":2,\"subscribe\":{\"channel\":\"events:" + i + "\"}}");
            assertThat(client.next().has("subscribe")).isTrue();
        }
        client.send("{\"id\":2,\"subscribe\":{\"channel\":\"events:more\"}}");

        assertThat(client.next().at("/error/code").asInt()).isEqualTo(106);
    }

    @Test
    void refusesPagesOfOtherOrigins() {
        var uri = server.uri("ws", "/connection/websocket");
        var own = server.uri("http", "").toString();

        assertThat(SocketClient.open(uri, "Origin", own).isSilent()).isTrue();
        assertThatThrownBy(() -> SocketClient.open(uri, "Origin", "http://evil.example"))
                .hasCauseInstanceOf(WebSocketHandshakeException.class);
        assertThatThrownBy(() -> SocketClient.open(uri, "Origin", "null"))
                .hasCauseInstanceOf(WebSocketHandshakeException.class);
    }

    @Test
    void drainsWithACodeThatMakesClientsReconnect() throws Exception {
        var client = subscribed("events:a");

        server.removeEndpoints();

        assertThat(client.closeCode()).isEqualTo(3001);
        assertThat(server.realtime().clients().count()).isZero();
    }

    @Test
    void forgetsConnectionsWhosePeerIsGone() throws Exception {
        var client = subscribed("events:a");

        client.drop();

        await().until(() -> server.realtime().clients().count() == 0);
        assertThat(server.realtime().channels()).isEmpty();
    }
}
