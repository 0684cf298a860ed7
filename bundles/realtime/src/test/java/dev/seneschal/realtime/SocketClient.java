package dev.seneschal.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A plain WebSocket client that reads the protocol line by line and answers pings. */
final class SocketClient implements WebSocket.Listener {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final ObjectMapper JSON = new ObjectMapper();

    private final LinkedBlockingQueue<JsonNode> received = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final StringBuilder partial = new StringBuilder();
    private final boolean reads;
    private final boolean pongs;
    private volatile WebSocket socket;
    private CompletableFuture<?> lastWrite = CompletableFuture.completedFuture(null);
    private volatile int pings;

    private SocketClient(boolean reads, boolean pongs) {
        this.reads = reads;
        this.pongs = pongs;
    }

    static SocketClient open(URI uri, String... headers) {
        return open(new SocketClient(true, true), uri, headers);
    }

    /** Opens a client that never reads. */
    static SocketClient openDeaf(URI uri, String... headers) {
        return open(new SocketClient(false, true), uri, headers);
    }

    /** Opens a client that never answers a ping. */
    static SocketClient openMute(URI uri, String... headers) {
        return open(new SocketClient(true, false), uri, headers);
    }

    private static SocketClient open(SocketClient client, URI uri, String... headers) {
        var builder = HTTP.newWebSocketBuilder();
        for (int i = 0; i < headers.length; i += 2) {
            builder.header(headers[i], headers[i + 1]);
        }
        client.socket = builder.buildAsync(uri, client).join();
        return client;
    }

    SocketClient send(String... commands) {
        write(socket, String.join("\n", commands)).join();
        return this;
    }

    /** One write at a time: the client of the JDK allows no more. */
    private synchronized CompletableFuture<?> write(WebSocket to, String text) {
        lastWrite = lastWrite.thenCompose(previous -> to.sendText(text, true));
        return lastWrite;
    }

    void sendBytes(byte[] bytes) {
        socket.sendBinary(ByteBuffer.wrap(bytes), true).join();
    }

    /** Returns the next message that is not a ping. */
    JsonNode next() throws InterruptedException {
        var message = received.poll(10, TimeUnit.SECONDS);
        assertThat(message)
                .as("a message within ten seconds; closed with %s", closed.getNow(null))
                .isNotNull();
        return message;
    }

    /** Returns the next publications' numbers on this channel; any other message fails. */
    List<Integer> numbers(int count) throws InterruptedException {
        var numbers = new ArrayList<Integer>();
        while (numbers.size() < count) {
            numbers.add(number(next().at("/push/pub")));
        }
        return numbers;
    }

    static int number(JsonNode publication) {
        assertThat(publication.has("data")).as("a publication: %s", publication).isTrue();
        return publication.at("/data/data").intValue();
    }

    boolean isSilent() {
        return received.isEmpty();
    }

    int pings() {
        return pings;
    }

    int closeCode() throws Exception {
        return closed.get(15, TimeUnit.SECONDS);
    }

    void drop() {
        socket.abort();
    }

    @Override
    public void onOpen(WebSocket opened) {
        if (reads) {
            opened.request(1);
        }
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            for (var line : partial.toString().split("\n")) {
                take(from, line);
            }
            partial.setLength(0);
        }
        if (reads) {
            from.request(1);
        }
        return null;
    }

    private void take(WebSocket from, String line) {
        try {
            var message = JSON.readTree(line);
            if (!message.isEmpty()) {
                received.add(message);
                return;
            }
            pings++;
            if (pongs) {
                var unused = write(from, "{}");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        closed.complete(code);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        closed.complete(-1);
    }
}
