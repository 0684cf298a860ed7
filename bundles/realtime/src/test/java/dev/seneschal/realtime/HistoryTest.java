package dev.seneschal.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.seneschal.api.tenant.TenantId;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command {@code history} of the Centrifuge protocol. */
final class HistoryTest {

    private static final String CONNECT = "{\"id\":1,\"connect\":{\"token\":\"listener\"}}";

    private TestServer server;
    private SocketClient client;

    @BeforeEach
    void start() throws Exception {
        server = new TestServer(Map.of("historyPageSize", 5));
        client = SocketClient.open(server.uri("ws", "/connection/websocket")).send(CONNECT);
        client.next();
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private JsonNode history(String channel, String rest) throws Exception {
        client.send("{\"id\":9,\"history\":{\"channel\":\"" + channel + "\"" + rest + "}}");
        var reply = client.next();
        assertThat(reply.at("/id").asInt()).isEqualTo(9);
        return reply;
    }

    private static List<Integer> offsets(JsonNode reply) {
        return StreamSupport.stream(reply.at("/history/publications").spliterator(), false)
                .map(publication -> publication.at("/offset").asInt())
                .toList();
    }

    private void append(int count) {
        IntStream.rangeClosed(1, count).forEach(number -> server.log().append("events:a", number));
    }

    @Test
    void withoutALimitItIsThePositionOnly() throws Exception {
        append(3);

        var reply = history("events:a", "").at("/history");

        assertThat(reply.at("/epoch").asText()).isEqualTo("e1");
        assertThat(reply.at("/offset").asInt()).isEqualTo(3);
        assertThat(reply.at("/publications").isArray()).isTrue();
        assertThat(reply.at("/publications")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                ",\"limit\":2 | 1 2",
                ",\"limit\":-1 | 1 2 3 4 5",
                ",\"limit\":1000 | 1 2 3 4 5",
                ",\"limit\":2,\"reverse\":true | 8 7",
                ",\"limit\":-1,\"reverse\":true | 8 7 6 5 4",
                ",\"limit\":-1,\"since\":{\"offset\":6,\"epoch\":\"e1\"} | 7 8",
                ",\"limit\":1,\"since\":{\"offset\":6} | 7",
                ",\"limit\":2,\"since\":{\"offset\":6},\"reverse\":true | 5 4",
                ",\"limit\":-1,\"since\":{\"offset\":3},\"reverse\":true | 2 1",
                ",\"limit\":-1,\"since\":{\"offset\":99},\"reverse\":true | 8 7 6 5 4",
                ",\"limit\":-1,\"since\":{\"offset\":8} | ''",
                ",\"limit\":-1,\"since\":{\"offset\":0},\"reverse\":true | ''"
            })
    void bringsThePartThatIsAskedFor(String range, String expected) throws Exception {
        append(8);

        var reply = history("events:a", range);

        assertThat(reply.at("/history/offset").asInt()).isEqualTo(8);
        assertThat(offsets(reply).stream().map(String::valueOf))
                .isEqualTo(expected.isEmpty() ? List.of() : List.of(expected.split(" ")));
    }

    @Test
    void beginsWithTheOldestThatRetentionLeft() throws Exception {
        append(8);
        server.log().keepFrom(6);

        assertThat(offsets(history("events:a", ",\"limit\":2"))).containsExactly(6, 7);
        assertThat(offsets(history("events:a", ",\"limit\":-1,\"reverse\":true")))
                .containsExactly(8, 7, 6);
    }

    @Test
    void isReadPageByPageWithoutGapOrRepetition() throws Exception {
        append(13);
        long since = 0;
        for (int page = 0; page < 3; page++) {
            var found = offsets(history("events:a", ",\"limit\":-1,\"since\":{\"offset\":" + since + "}"));
            assertThat(found)
                    .isEqualTo(IntStream.rangeClosed((int) since + 1, Math.min(13, (int) since + 5))
                            .boxed()
                            .toList());
            since += found.size();
        }
        assertThat(since).isEqualTo(13);
    }

    @Test
    void isThatOfAMemoryChannelToo() throws Exception {
        for (int i = 1; i <= 3; i++) {
            server.realtime().publish(TenantId.DEFAULT, "metrics:host", "{\"n\":" + i + "}");
        }

        var reply = history("metrics:host", ",\"limit\":2,\"reverse\":true");

        assertThat(offsets(reply)).containsExactly(3, 2);
        assertThat(reply.at("/history/publications/0/data/n").asInt()).isEqualTo(3);
    }

    @Test
    void ofAnotherEpochIsUnrecoverable() throws Exception {
        append(1);

        var reply = history("events:a", ",\"limit\":-1,\"since\":{\"offset\":0,\"epoch\":\"old\"}");

        assertThat(reply.at("/error/code").asInt()).isEqualTo(112);
    }

    @Test
    void whileTheLogIsAwayIsATemporaryError() throws Exception {
        server.log().away(true);

        var reply = history("events:b", "");

        assertThat(reply.at("/error/code").asInt()).isEqualTo(100);
        assertThat(reply.at("/error/temporary").asBoolean()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"channel\":1}",
                "{\"channel\":\"a\",\"limit\":\"2\"}",
                "{\"channel\":\"a\",\"limit\":1.5}",
                "{\"channel\":\"a\",\"limit\":4294967296}",
                "{\"channel\":\"a\",\"since\":7}",
                "{\"channel\":\"a\",\"since\":{\"offset\":-1}}",
                "{\"channel\":\"a\",\"reverse\":\"yes\"}"
            })
    void whatIsNotTheProtocolEndsTheConnection(String request) throws Exception {
        assertThat(client.send("{\"id\":9,\"history\":" + request + "}").closeCode())
                .isEqualTo(3501);
    }
}
