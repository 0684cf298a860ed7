package dev.seneschal.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.seneschal.api.event.CloudEvent;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.eventlog.EventLogComponent;
import dev.seneschal.testkit.TestDatabase;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The live channels on the real event log and a real database. */
final class DurableLogTest {

    private static TestDatabase database;

    @BeforeAll
    static void createDatabase() {
        database = TestDatabase.with("access", "eventlog");
    }

    @AfterAll
    static void closeDatabase() {
        database.close();
    }

    /** Makes the component as DS does: the type of its configuration is its own affair. */
    private static EventLogComponent log() throws Exception {
        var constructor = EventLogComponent.class.getConstructors()[0];
        assertThat(constructor.getParameterTypes()[0]).isEqualTo(Storage.class);
        var log = (EventLogComponent) constructor.newInstance(
                database.storage(), Configs.of(constructor.getParameterTypes()[1], Map.of()));
        log.start();
        return log;
    }

    private static void append(EventLogComponent log, int from, int to) throws Exception {
        var events = IntStream.rangeClosed(from, to)
                .mapToObj(number -> new CloudEvent(
                        UUID.randomUUID().toString(),
                        "/test",
                        "test.number",
                        null,
                        Instant.EPOCH,
                        null,
                        null,
                        Integer.toString(number),
                        false,
                        Map.of(CloudEvent.CHANNEL, "events:live")))
                .toList();
        assertThat(log.append(TenantId.DEFAULT, events).toCompletableFuture().get(20, TimeUnit.SECONDS))
                .hasSize(events.size());
    }

    private static SocketClient subscribe(TestServer server, String recovery) throws InterruptedException {
        var client = SocketClient.open(server.uri("ws", "/connection/websocket"))
                .send(
                        "{\"id\":1,\"connect\":{\"token\":\"listener\"}}",
                        "{\"id\":2,\"subscribe\":{\"channel\":\"events:live\"" + recovery + "}}");
        client.next();
        return client;
    }

    @Test
    void deliversWhatTheLogCommitsOnceAndInOrderAlsoAcrossASwapOfTheLog() throws Exception {
        try (var first = log();
                var second = log();
                var server = new TestServer(Map.of(), first)) {
            await().until(() -> server.realtime().hub().logPresent());
            var client = subscribe(server, "");
            var epoch = client.next().at("/subscribe/epoch").asText();

            append(first, 1, 100);
            server.realtime().unbindEventLog(first);
            append(first, 101, 200);
            server.realtime().bindEventLog(second);
            append(second, 201, 300);

            var everything = IntStream.rangeClosed(1, 300).boxed().toList();
            assertThat(client.numbers(300)).isEqualTo(everything);
            var late = subscribe(server, ",\"recover\":true,\"epoch\":\"" + epoch + "\",\"offset\":290")
                    .next();
            assertThat(late.at("/subscribe/publications"))
                    .extracting(SocketClient::number)
                    .isEqualTo(List.of(291, 292, 293, 294, 295, 296, 297, 298, 299, 300));
        }
    }
}
