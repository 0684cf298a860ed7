package dev.seneschal.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Reads a streamed response line by line, and sends requests beside it. */
final class StreamClient implements AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String END = "(end)";

    private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final HttpResponse<InputStream> response;

    private StreamClient(HttpResponse<InputStream> response) {
        this.response = response;
        var thread = new Thread(this::read, "stream-client");
        thread.setDaemon(true);
        thread.start();
    }

    static StreamClient get(URI uri, String... headers) throws Exception {
        return open(request(uri, headers).GET().build());
    }

    static StreamClient post(URI uri, String body) throws Exception {
        return open(request(uri).POST(BodyPublishers.ofString(body)).build());
    }

    private static StreamClient open(HttpRequest request) throws Exception {
        return new StreamClient(HTTP.send(request, BodyHandlers.ofInputStream()));
    }

    static HttpResponse<String> send(String method, URI uri, String body, String... headers) throws Exception {
        return HTTP.send(
                request(uri, headers)
                        .method(method, BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(URI uri, String... headers) {
        var builder = HttpRequest.newBuilder(uri);
        return headers.length == 0 ? builder : builder.headers(headers);
    }

    private void read() {
        try (var reader = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            for (var line = reader.readLine(); line != null; line = reader.readLine()) {
                if (!line.isEmpty()) {
                    lines.add(line);
                }
            }
            lines.add(END);
        } catch (IOException e) {
            lines.add(END);
        }
    }

    HttpResponse<InputStream> response() {
        return response;
    }

    /** Returns the next line that is not empty. */
    String line() throws InterruptedException {
        var line = lines.poll(10, TimeUnit.SECONDS);
        assertThat(line).as("a line within ten seconds").isNotNull();
        return line;
    }

    /** Returns the next message of the Centrifuge protocol that is not a ping. */
    JsonNode message() throws Exception {
        while (true) {
            var line = line();
            assertThat(line).isNotEqualTo(END);
            var message = JSON.readTree(line.startsWith("data: ") ? line.substring(6) : line);
            if (!message.isEmpty()) {
                return message;
            }
        }
    }

    boolean isAtEnd() throws InterruptedException {
        return line().equals(END);
    }

    int status() {
        return response.statusCode();
    }

    @Override
    public void close() throws IOException {
        response.body().close();
    }
}
