package dev.seneschal.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A client of the Centrifuge protocol over WebSocket that reconnects and recovers from its position, and keeps the offset
 * of every publication in the order it came. Events arrive on the client's own threads; the test reads copies.
 */
final class LiveClient implements AutoCloseable {

    private static final int RECONNECT_MILLIS = 200;

    private final Host host;
    private final String channel;
    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final List<Long> offsets = Collections.synchronizedList(new ArrayList<>());
    private final List<String> surprises = Collections.synchronizedList(new ArrayList<>());
    private volatile int connections;
    private volatile boolean subscribed;
    private String epoch = "";
    private long position = -1;

    LiveClient(Host host, String channel) {
        this.host = host;
        this.channel = channel;
        connect();
    }

    private void connect() {
        var login =
                Base64.getEncoder().encodeToString((Host.ADMIN + ":" + Host.PASSWORD).getBytes(StandardCharsets.UTF_8));
        var uri = URI.create(host.url("/connection/websocket").toString().replace("http:", "ws:"));
        Future<?> unused = client.newWebSocketBuilder()
                .connectTimeout(Duration.ofSeconds(5))
                .header("Authorization", "Basic " + login)
                .buildAsync(uri, new Listener())
                .whenComplete((socket, failure) -> {
                    if (failure != null) {
                        reconnect();
                    }
                });
    }

    private void reconnect() {
        subscribed = false;
        if (!timer.isShutdown()) {
            Future<?> unused = timer.schedule(this::connect, RECONNECT_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Returns whether it is subscribed at the moment. */
    boolean subscribed() {
        return subscribed;
    }

    /** Returns how often it has connected. */
    int connections() {
        return connections;
    }

    /** Returns the offset of the newest publication it has. */
    long position() {
        synchronized (offsets) {
            return offsets.isEmpty() ? 0 : offsets.get(offsets.size() - 1);
        }
    }

    /** Checks that every offset from 1 came once and in order, and that every recovery succeeded. */
    void assertSawEachOnce(int count) {
        assertThat(surprises).isEmpty();
        synchronized (offsets) {
            assertThat(offsets).hasSize(count);
            for (int i = 0; i < count; i++) {
                assertThat(offsets.get(i)).isEqualTo(i + 1L);
            }
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    private final class Listener implements WebSocket.Listener {

        private final StringBuilder frame = new StringBuilder();

        @Override
        public void onOpen(WebSocket socket) {
            connections++;
            var recover =
                    position < 0 ? "" : ",\"recover\":true,\"offset\":" + position + ",\"epoch\":\"" + epoch + "\"";
            Future<?> unused = socket.sendText(
                    "{\"id\":1,\"connect\":{}}\n{\"id\":2,\"subscribe\":{\"channel\":\"" + channel + "\"" + recover
                            + "}}",
                    true);
            socket.request(1);
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
            frame.append(part);
            if (last) {
                for (var line : frame.toString().split("\n")) {
                    take(socket, read(line));
                }
                frame.setLength(0);
            }
            socket.request(1);
            return null;
        }

        private JsonNode read(String line) {
            try {
                return json.readTree(line);
            } catch (JsonProcessingException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void take(WebSocket socket, JsonNode message) {
            if (message.isEmpty()) {
                Future<?> unused = socket.sendText("{}", true);
            } else if (message.path("id").asInt() == 2 && message.has("subscribe")) {
                subscribed(message.get("subscribe"));
            } else if (message.has("error")) {
                socket.abort();
                reconnect();
            } else if (message.at("/push/pub").isObject()) {
                publication(message.at("/push/pub"));
            }
        }

        private void subscribed(JsonNode result) {
            if (position >= 0 && !result.path("recovered").asBoolean()) {
                surprises.add("not recovered at " + position + ": " + result);
            }
            epoch = result.path("epoch").asText();
            position = Math.max(position, result.path("offset").asLong());
            result.path("publications").forEach(this::publication);
            subscribed = true;
        }

        private void publication(JsonNode publication) {
            position = publication.path("offset").asLong();
            offsets.add(position);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            reconnect();
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            reconnect();
        }
    }
}
