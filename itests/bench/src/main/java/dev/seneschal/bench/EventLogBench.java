package dev.seneschal.bench;

import dev.seneschal.api.event.CloudEvent;
import dev.seneschal.api.event.EventLog;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.eventlog.EventLogSettings;
import dev.seneschal.eventlog.PostgresEventLog;
import dev.seneschal.eventlog.append.AppendLimits;
import dev.seneschal.eventlog.consumer.ConsumerSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Appends through the event log, beside a bare INSERT of the same rows. */
public final class EventLogBench {

    private static final int EVENTS = Integer.getInteger("bench.events", 320_000);
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 5);
    private static final int CALLERS = 16;
    private static final int CALL = Integer.getInteger("bench.call", 50);
    private static final int IN_FLIGHT = Integer.getInteger("bench.inflight", 4);

    private static final EventLogSettings DEFAULTS = new EventLogSettings(
            new AppendLimits(Integer.getInteger("bench.group", 2_000), 100_000, 64L << 20, 1L << 20),
            new ConsumerSettings(500, 10, Duration.ofMillis(200), Duration.ofMinutes(1)),
            Duration.ofSeconds(1),
            7,
            Duration.ofDays(30));

    private EventLogBench() {}

    /** Runs it. */
    public static void main(String... arguments) throws Exception {
        try (var database = new BenchDatabase("core", "access", "eventlog")) {
            System.out.printf(
                    "%s, %d processors; %,d events a round, %d rounds%n",
                    database.durability(), Runtime.getRuntime().availableProcessors(), EVENTS, ROUNDS);
            var storage = database.storage();
            var clock = new CpuClock(database);
            var fifty = new Figure("bare INSERT, groups of 50, 1 connection", clock);
            var fiveHundred = new Figure("bare INSERT, groups of 500, 1 connection", clock);
            var service = new Figure(
                    "event log, " + CALLERS + " callers, lists of " + CALL + ", " + IN_FLIGHT + " in flight", clock);
            for (int round = 0; round <= ROUNDS; round++) {
                var events = events(round);
                clear(database);
                try (var connection = database.open()) {
                    fifty.measure(round, () -> BareInsert.run(connection, events, 50));
                }
                clear(database);
                try (var connection = database.open()) {
                    fiveHundred.measure(round, () -> BareInsert.run(connection, events, 500));
                }
                clear(database);
                try (var log = new PostgresEventLog(storage, DEFAULTS)) {
                    log.start();
                    service.measure(round, () -> append(log, events));
                }
            }
            System.out.printf(
                    "%-52s %10s %10s %6s %9s %9s%n", "", "median/s", "best/s", "ratio", "host µs", "server µs");
            for (var figure : List.of(fifty, fiveHundred, service)) {
                System.out.printf(
                        "%-52s %,10.0f %,10.0f %6.2f %9.1f %9.1f%n",
                        figure.name(),
                        figure.median(Sample::rate),
                        figure.best(),
                        figure.median(Sample::rate) / fiveHundred.median(Sample::rate),
                        figure.median(Sample::hostMicros),
                        figure.median(Sample::serverMicros));
            }
            System.out.println("ratio: to groups of 500; host and server: processor time per event");
        }
    }

    /** Each round begins on empty tables, with nothing left to write from the round before. */
    private static void clear(BenchDatabase database) throws Exception {
        database.asOwner("TRUNCATE realtime_events, event_keys, event_cursors, event_dead_letters, event_channels");
        database.asSuperuser("CHECKPOINT");
    }

    private static List<CloudEvent> events(int round) {
        var time = Instant.parse("2026-01-02T03:04:05.678901Z");
        return IntStream.range(0, EVENTS)
                .mapToObj(i -> new CloudEvent(
                        "b9c1f0a2-" + round + "-" + i,
                        "/realms/example",
                        "org.keycloak.user.login",
                        "user/" + i % 5_000,
                        time.plusMillis(i),
                        null,
                        null,
                        "{\"clientId\": \"account-console\", \"ipAddress\": \"192.0.2." + i % 250
                                + "\", \"sessionId\": \"6f1c2d3e-" + i + "\", \"authMethod\": \"openid-connect\"}",
                        false,
                        Map.of(CloudEvent.CHANNEL, "admin:" + i / CALL % CALLERS)))
                .toList();
    }

    /** Every caller sends its share, in lists, and keeps some of them in flight. */
    private static void append(EventLog log, List<CloudEvent> events) throws Exception {
        var lists = new ArrayList<List<List<CloudEvent>>>();
        for (int caller = 0; caller < CALLERS; caller++) {
            lists.add(new ArrayList<>());
        }
        for (int from = 0; from < events.size(); from += CALL) {
            lists.get(from / CALL % CALLERS).add(events.subList(from, Math.min(from + CALL, events.size())));
        }
        var callers = Executors.newFixedThreadPool(CALLERS);
        try {
            var done = lists.stream()
                    .map(share -> callers.submit(() -> {
                        call(log, share);
                        return null;
                    }))
                    .toList();
            for (var caller : done) {
                caller.get();
            }
        } finally {
            callers.shutdown();
        }
    }

    private static void call(EventLog log, List<List<CloudEvent>> lists) throws Exception {
        var room = new Semaphore(IN_FLIGHT);
        var failures = new ConcurrentLinkedQueue<Throwable>();
        for (var list : lists) {
            room.acquire();
            var unused = log.append(TenantId.DEFAULT, list).whenComplete((positions, failure) -> {
                if (failure != null) {
                    failures.add(failure);
                }
                room.release();
            });
        }
        room.acquire(IN_FLIGHT);
        if (!failures.isEmpty()) {
            throw new IllegalStateException(failures.size() + " appends failed", failures.peek());
        }
    }

    /** One round: events a second, and processor time per event. */
    private record Sample(double rate, double hostMicros, double serverMicros) {}

    /** The samples of one way to write; round 0 warms up and does not count. */
    private record Figure(String name, CpuClock clock, List<Sample> samples) {

        Figure(String name, CpuClock clock) {
            this(name, clock, new ArrayList<>());
        }

        void measure(int round, Work work) throws Exception {
            var host = clock.host();
            var server = clock.database();
            long start = System.nanoTime();
            work.run();
            double rate = EVENTS / ((System.nanoTime() - start) / 1e9);
            var sample = new Sample(
                    rate,
                    perEvent(clock.host().minus(host)),
                    perEvent(clock.database().minus(server)));
            System.out.printf("  round %d: %-52s %,10.0f/s%n", round, name, rate);
            if (round > 0) {
                samples.add(sample);
            }
        }

        private static double perEvent(Duration used) {
            return used.toNanos() / 1e3 / EVENTS;
        }

        double median(ToDoubleFunction<Sample> value) {
            return samples.stream().mapToDouble(value).sorted().toArray()[samples.size() / 2];
        }

        double best() {
            return samples.stream().mapToDouble(Sample::rate).max().orElseThrow();
        }
    }

    @FunctionalInterface
    private interface Work {
        void run() throws Exception;
    }
}
