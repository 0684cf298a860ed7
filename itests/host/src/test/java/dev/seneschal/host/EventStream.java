package dev.seneschal.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A host application that publishes events one by one at a steady rate, numbered from 1, and repeats each with the same id
 * until it is acknowledged, as the contract asks of it. Started and stopped by the test's thread.
 */
final class EventStream implements AutoCloseable {

    static final String TYPE = "test.stream";
    static final String CHANNEL = "events:" + TYPE;

    private static final int TICK_MILLIS = 50;
    private static final int REPEAT_MILLIS = 2_000;

    /** A publisher's outbox is bounded: with so many unacknowledged events it produces no further ones. */
    private static final int MOST_OPEN = 400;

    private final Host host;
    private final int perTick;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final ScheduledExecutorService ticker = Executors.newScheduledThreadPool(2);
    private final AtomicInteger produced = new AtomicInteger();
    private final Set<Integer> acknowledged = ConcurrentHashMap.newKeySet();
    private final Map<Integer, AtomicInteger> refusals = new ConcurrentHashMap<>();
    private volatile boolean producing = true;

    EventStream(Host host, int perSecond) {
        this.host = host;
        this.perTick = Math.max(1, perSecond * TICK_MILLIS / 1_000);
        Future<?> unused = ticker.scheduleAtFixedRate(this::tick, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void tick() {
        for (int i = 0; i < perTick && producing && produced.get() - acknowledged.size() < MOST_OPEN; i++) {
            publish(produced.incrementAndGet());
        }
    }

    private void publish(int number) {
        var event =
                """
                {"specversion":"1.0","id":"%1$d","source":"/test/stream","type":"%2$s","data":{"n":%1$d}}"""
                        .formatted(number, TYPE);
        var request = host.request("/api/v1/events")
                .header("Content-Type", "application/cloudevents+json")
                .POST(BodyPublishers.ofString(event))
                .build();
        Future<?> unused = client.sendAsync(request, BodyHandlers.ofString()).whenComplete((response, failure) -> {
            if (failure == null && response.statusCode() == 201) {
                acknowledged.add(number);
                return;
            }
            int status = failure == null ? response.statusCode() : 0;
            refusals.computeIfAbsent(status, key -> new AtomicInteger()).incrementAndGet();
            repeat(number);
        });
    }

    private void repeat(int number) {
        if (!ticker.isShutdown()) {
            Future<?> unused = ticker.schedule(() -> publish(number), REPEAT_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Returns how many events have been acknowledged. */
    int acknowledged() {
        return acknowledged.size();
    }

    /** Returns how often a request was refused, by HTTP status; 0 stands for no answer. */
    Map<Integer, AtomicInteger> refusals() {
        return refusals;
    }

    /** Waits until so many more events than now are acknowledged. */
    void awaitMore(int count) {
        int goal = acknowledged.size() + count;
        await("acknowledgements, refused so far: " + refusals)
                .atMost(Duration.ofMinutes(3))
                .until(() -> acknowledged.size() >= goal);
    }

    /** Stops producing and waits until every event is acknowledged. Returns how many there are. */
    int finish() {
        producing = false;
        await("the rest of the acknowledgements, refused so far: " + refusals)
                .atMost(Duration.ofMinutes(2))
                .until(() -> acknowledged.size() == produced.get());
        return produced.get();
    }

    /** Reads the channel from its beginning and checks that every event is there once, without a gap in the offsets. */
    void assertEachIsThereOnce(int count) throws IOException {
        var json = new ObjectMapper();
        var seen = new HashMap<String, Long>();
        var twice = new ArrayList<String>();
        long offset = 0;
        while (true) {
            var page = host.get("/api/v1/channels/" + CHANNEL + "/events?limit=1000&after=" + offset);
            assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
            var events = json.readTree(page.body()).get("events");
            if (events.isEmpty()) {
                break;
            }
            for (var event : events) {
                assertThat(event.get("offset").asLong()).isEqualTo(++offset);
                if (seen.put(event.get("event").get("id").asText(), offset) != null) {
                    twice.add(event.get("event").get("id").asText());
                }
            }
        }
        assertThat(twice).isEmpty();
        assertThat(missing(seen, count)).isEmpty();
        assertThat(offset).isEqualTo(count);
    }

    private static List<Integer> missing(Map<String, Long> seen, int count) {
        var missing = new ArrayList<Integer>();
        for (int number = 1; number <= count; number++) {
            if (!seen.containsKey(Integer.toString(number))) {
                missing.add(number);
            }
        }
        return missing;
    }

    @Override
    public void close() {
        producing = false;
        ticker.shutdownNow();
    }
}
