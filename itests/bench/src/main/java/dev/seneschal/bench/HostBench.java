package dev.seneschal.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.seneschal.host.Host;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/**
 * The distribution as a user meets it: how long it takes to start, how long an event that {@code curl} publishes takes to
 * the clients and to the mailbox, and how much memory the host has after a time of rest.
 */
public final class HostBench {

    /** The first events run through code that the JVM has not compiled yet; they are shown by themselves. */
    private static final int COLD = 200;

    private static final int WARM = Integer.getInteger("bench.events", 1_000);

    /** The last ones carry a password, which is hashed slowly on purpose; the others a key, as scripts should. */
    private static final int WITH_PASSWORD = 300;

    private static final int EVENTS = COLD + WARM + WITH_PASSWORD;
    private static final int MILLIS_BETWEEN = 50;
    private static final Duration REST = Duration.ofSeconds(Long.getLong("bench.rest.seconds", 300));
    private static final String TYPE = "bench.latency";
    private static final String CHANNEL = "events:" + TYPE;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Host host;
    private final Map<Integer, Long> published = new ConcurrentHashMap<>();
    private final Map<Integer, Instant> publishedAt = new ConcurrentHashMap<>();

    private String key;

    private HostBench(Host host) {
        this.host = host;
    }

    /** Runs it. */
    public static void main(String... arguments) throws Exception {
        try (var host = Host.unpacked()) {
            var bench = new HostBench(host);
            bench.start("first start, empty data");
            host.kill();
            bench.start("start after kill -9");
            host.stop();
            bench.start("start after a stop");
            bench.latency();
            bench.memory();
        }
    }

    private void start(String what) throws IOException {
        long began = System.nanoTime();
        host.start();
        host.awaitReady();
        System.out.printf(
                "%-45s %,8d ms until ready%n",
                what, Duration.ofNanos(System.nanoTime() - began).toMillis());
    }

    private void latency() throws Exception {
        mailAboutEachEvent();
        key = JSON.readTree(
                        post("/api/v1/keys", """
                {"name":"bench","permissions":["events:publish"]}"""))
                .get("secret")
                .asText();
        var socket = new Arrivals(published);
        var stream = new Arrivals(published);
        var client = HttpClient.newHttpClient();
        var subscribed = new Subscription(socket);
        client.newWebSocketBuilder()
                .header("Authorization", login())
                .buildAsync(
                        URI.create(host.url("/connection/websocket").toString().replace("http:", "ws:")), subscribed)
                .get(10, TimeUnit.SECONDS);
        var lines = client.sendAsync(
                        host.request("/api/v1/stream?channel=" + CHANNEL)
                                .timeout(Duration.ofHours(1))
                                .build(),
                        BodyHandlers.ofLines())
                .get(10, TimeUnit.SECONDS);
        var reader = Executors.newSingleThreadExecutor();
        try {
            var reading = reader.submit(() -> lines.body().forEach(stream::take));
            Awaitility.await().until(() -> subscribed.done);
            publishAll();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> socket.count() == EVENTS && stream.count() == EVENTS);
            System.out.printf("%,d events, one by one, each by a curl of its own%n", EVENTS);
            report("WebSocket", socket::times);
            report("EventSource", stream::times);
            var mails = mails();
            report("the mailbox", (from, to) -> IntStream.range(from, to)
                    .mapToLong(number -> mails.get(number).toNanos())
                    .toArray());
            if (reading.isDone()) {
                throw new IllegalStateException("The event stream ended early.");
            }
        } finally {
            subscribed.socket.abort();
            lines.body().close();
            reader.shutdownNow();
        }
    }

    private void mailAboutEachEvent() throws IOException {
        post(
                "/api/v1/notification/templates",
                """
                {"name":"bench","category":"admin","subject":"Event $event.id","text":"It came."}""");
        post(
                "/api/v1/notification/workflows",
                """
                {"name":"bench","triggerEvent":"%s","conditions":true,
                 "actions":[{"type":"mail","template":"bench","to":"bench@example.org"}]}"""
                        .formatted(TYPE));
    }

    private String post(String path, String body) throws IOException {
        var answer = host.send(host.request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build());
        if (answer.statusCode() != 201) {
            throw new IllegalStateException(path + ": " + answer.statusCode() + " " + answer.body());
        }
        return answer.body();
    }

    /** At a steady rate; a curl takes longer than the time between two, so they overlap. */
    private void publishAll() throws Exception {
        var timer = Executors.newScheduledThreadPool(4);
        try {
            var sent = new ArrayList<Future<?>>();
            for (int number = 0; number < EVENTS; number++) {
                int event = number;
                sent.add(timer.schedule(
                        () -> {
                            publish(event);
                            return null;
                        },
                        (long) number * MILLIS_BETWEEN,
                        TimeUnit.MILLISECONDS));
            }
            for (var one : sent) {
                one.get();
            }
        } finally {
            timer.shutdownNow();
        }
    }

    private void publish(int number) throws Exception {
        var event =
                """
                {"specversion":"1.0","id":"bench-%d","source":"/bench","type":"%s","data":{"n":%d}}"""
                        .formatted(number, TYPE, number);
        publishedAt.put(number, Instant.now());
        published.put(number, System.nanoTime());
        var curl = new ProcessBuilder(
                        "curl",
                        "--silent",
                        "--show-error",
                        "--fail-with-body",
                        "--header",
                        "Authorization: " + (number < COLD + WARM ? "Bearer " + key : login()),
                        "--header",
                        "Content-Type: application/cloudevents+json",
                        "--data",
                        event,
                        host.url("/api/v1/events").toString())
                .redirectErrorStream(true)
                .start();
        var output = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (curl.waitFor() != 0) {
            throw new IllegalStateException("curl ended with " + curl.exitValue() + ": " + output);
        }
    }

    private static void report(String client, BiFunction<Integer, Integer, long[]> times) {
        report("curl's start to " + client + ", first " + COLD, times.apply(0, COLD));
        report("curl's start to " + client + ", then", times.apply(COLD, COLD + WARM));
        report("curl's start to " + client + ", password", times.apply(COLD + WARM, EVENTS));
    }

    private static void report(String what, long[] nanos) {
        System.out.printf(
                "%-45s p50 %d ms, p99 %d ms, longest %d ms%n",
                what,
                Arrivals.percentile(nanos, 50).toMillis(),
                Arrivals.percentile(nanos, 99).toMillis(),
                Arrivals.percentile(nanos, 100).toMillis());
    }

    private Map<Integer, Duration> mails() throws IOException {
        var found = new HashMap<Integer, Duration>();
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> {
            for (var message : messages()) {
                int number = Integer.parseInt(message.get("subject")
                        .asText()
                        .replace("Event bench-", "")
                        .strip());
                found.put(
                        number,
                        Duration.between(
                                publishedAt.get(number),
                                Instant.parse(message.get("keptAt").asText())));
            }
            return found.size() == EVENTS;
        });
        return found;
    }

    private List<JsonNode> messages() throws IOException {
        var all = new ArrayList<JsonNode>();
        var path = "/api/v1/mailbox/messages?to=bench@example.org&limit=100";
        while (path != null) {
            var page = host.get(path);
            JSON.readTree(page.body()).get("messages").forEach(all::add);
            var link = page.headers().firstValue("Link").orElse("");
            path = link.contains("next") ? link.substring(link.indexOf('<') + 1, link.indexOf('>')) : null;
        }
        return all;
    }

    private void memory() throws IOException {
        Awaitility.await()
                .atMost(REST.plusMinutes(1))
                .pollDelay(REST)
                .pollInterval(Duration.ofSeconds(1))
                .until(host::isReady);
        var status =
                Files.readAllLines(Path.of("/proc", Long.toString(host.process().pid()), "status"));
        long kibibytes = status.stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
        System.out.printf(
                "%-45s %,8d MB resident after %d s of rest%n", "memory of the JVM", kibibytes / 1024, REST.toSeconds());
    }

    private static String login() {
        return "Basic "
                + Base64.getEncoder()
                        .encodeToString((Host.ADMIN + ":" + Host.PASSWORD).getBytes(StandardCharsets.UTF_8));
    }

    /** A client of the Centrifuge protocol that is subscribed to the channel. */
    private static final class Subscription implements WebSocket.Listener {

        private final Arrivals arrivals;
        private final StringBuilder frame = new StringBuilder();
        private volatile boolean done;
        private volatile WebSocket socket;

        Subscription(Arrivals arrivals) {
            this.arrivals = arrivals;
        }

        @Override
        public void onOpen(WebSocket opened) {
            socket = opened;
            var unused = opened.sendText(
                    "{\"id\":1,\"connect\":{}}\n{\"id\":2,\"subscribe\":{\"channel\":\"" + CHANNEL + "\"}}", true);
            opened.request(1);
        }

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            frame.append(part);
            if (last) {
                take(from, frame.toString());
                frame.setLength(0);
            }
            from.request(1);
            return null;
        }

        private void take(WebSocket from, String message) {
            arrivals.take(message);
            if (message.contains("\"subscribe\"")) {
                done = true;
            }
            if (message.strip().equals("{}")) {
                var unused = from.sendText("{}", true);
            }
        }
    }
}
