package dev.seneschal.realtime.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.seneschal.api.http.Request;
import dev.seneschal.api.realtime.Channels;
import dev.seneschal.api.storage.Scope;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.api.storage.StorageUnavailableException;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.realtime.Configs;
import dev.seneschal.realtime.rest.RealtimeApi;
import dev.seneschal.testkit.TestDatabase;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

final class HostMetricsTest {

    private static TestDatabase database;

    private final ObjectMapper json = new ObjectMapper();
    private final Published channels = new Published();
    private final HostMetrics metrics = new HostMetrics(
            channels,
            twoBundles(),
            Configs.of(HostMetrics.Config.class, Map.of("sampleMillis", 100)),
            Clock.systemUTC());

    @BeforeAll
    static void createDatabase() {
        database = TestDatabase.with("realtime");
    }

    @AfterAll
    static void closeDatabase() {
        database.close();
    }

    @BeforeEach
    void start() {
        metrics.start();
    }

    @AfterEach
    void stop() {
        metrics.close();
    }

    /** Keeps what was published. */
    private static final class Published implements Channels {

        private final LinkedBlockingQueue<String> samples = new LinkedBlockingQueue<>();

        @Override
        public void publish(TenantId tenant, String channel, String data) {
            assertThat(tenant).isEqualTo(TenantId.DEFAULT);
            assertThat(channel).isEqualTo("metrics:host");
            samples.add(data);
        }

        @Override
        public List<Connection> connections() {
            return List.of();
        }

        @Override
        public List<Channel> channels() {
            return List.of();
        }

        String next() throws InterruptedException {
            samples.clear();
            return samples.poll(10, TimeUnit.SECONDS);
        }
    }

    private static BundleContext twoBundles() {
        return fake(BundleContext.class, "getBundles", new Bundle[] {
            fake(Bundle.class, "getState", Bundle.ACTIVE), fake(Bundle.class, "getState", Bundle.RESOLVED)
        });
    }

    private static <T> T fake(Class<T> type, String method, Object result) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, called, args) -> {
            assertThat(called.getName()).isEqualTo(method);
            return result;
        }));
    }

    private String live(TenantId tenant, String query) throws Exception {
        var api = new RealtimeApi(channels);
        api.use(database.storage());
        var route = api.routes().get(2);
        var parameters = query.isEmpty() ? Map.<String, List<String>>of() : Map.of("limit", List.of(query));
        var request = new Request("GET", route.path(), Map.of(), parameters, Map.of(), new byte[0], null, tenant);
        return new String(route.handler().handle(request).body(), StandardCharsets.UTF_8);
    }

    @Test
    void publishesTheNumbersOfTheJvmAndTheBundles() throws Exception {
        var sample = json.readTree(channels.next()).at("/metrics");

        assertThat(sample.at("/heap.used").asDouble()).isPositive();
        assertThat(sample.at("/threads.live").asInt()).isPositive();
        assertThat(sample.at("/cpu.process").isNumber()).isTrue();
        assertThat(sample.at("/gc.count").isNumber()).isTrue();
        assertThat(sample.at("/bundles.active").asInt()).isEqualTo(1);
        assertThat(sample.at("/bundles.resolved").asInt()).isEqualTo(1);
        assertThat(sample.at("/bundles.installed").asInt()).isZero();
    }

    @Test
    void showsTheMetersOfOtherBundlesForAsLongAsTheyAreThere() throws Exception {
        MeterBinder binder = registry -> {
            Gauge.builder("pool.active", () -> 7).tag("name", "main").register(registry);
            Counter.builder("broken").register(registry).increment(Double.NaN);
        };
        metrics.bindMeterBinder(binder);
        channels.next();
        assertThat(json.readTree(channels.next())
                        .at("/metrics")
                        .get("pool.active{name=main}")
                        .asInt())
                .isEqualTo(7);

        metrics.unbindMeterBinder(binder);
        channels.next();
        assertThat(channels.next()).doesNotContain("pool.active");
    }

    @Test
    void shortensNamesThatAreTooLongAndKeepsThemApart() throws Exception {
        var route = "/api/v1/" + "long/".repeat(30);
        metrics.bindMeterBinder(registry -> {
            Gauge.builder("requests", () -> 1).tag("route", route + "a").register(registry);
            Gauge.builder("requests", () -> 2).tag("route", route + "b").register(registry);
        });
        metrics.use(database.storage());
        channels.next();
        var sample = json.readTree(channels.next()).at("/metrics");

        var names = new ArrayList<String>();
        sample.fieldNames().forEachRemaining(names::add);
        assertThat(names.stream().filter(name -> name.startsWith("requests{route=/api/v1/long/")))
                .hasSize(2)
                .allMatch(name -> name.length() == 100);
        await().until(() -> live(TenantId.DEFAULT, "").contains("requests{route=/api/v1/long/"));
    }

    @Test
    void forgetsTheMetricsOfABundleThatHasGone() throws Exception {
        var store = new MetricStore(database.storage());
        var now = Instant.now();
        store.put(TenantId.DEFAULT, now.minusSeconds(150), List.of(new Reading("gone.meter", 1, "")));
        store.put(TenantId.DEFAULT, now.minusSeconds(60), List.of(new Reading("late.meter", 1, "")));
        assertThat(live(TenantId.DEFAULT, "")).contains("gone.meter", "late.meter");

        store.put(TenantId.DEFAULT, now, List.of(new Reading("present.meter", 1, "")));

        assertThat(live(TenantId.DEFAULT, ""))
                .contains("late.meter", "present.meter")
                .doesNotContain("gone.meter");
    }

    @Test
    void keepsTheNewestValueOfEachMetricInTheTableOfTheDefaultTenantOnly() throws Exception {
        metrics.use(database.storage());

        await().until(() -> live(TenantId.DEFAULT, "").contains("heap.used"));

        var rows = json.readTree(live(TenantId.DEFAULT, "")).at("/metrics");
        assertThat(rows.findValuesAsText("key")).isSorted().contains("bundles.active", "heap.max");
        var heap = heapUsed();
        assertThat(heap.at("/value/value").asDouble()).isPositive();
        assertThat(heap.at("/value/unit").asText()).isEqualTo("bytes");
        assertThat(json.readTree(live(TenantId.DEFAULT, "2")).at("/metrics")).hasSize(2);
        assertThat(json.readTree(live(new TenantId("acme"), "")).at("/metrics")).isEmpty();
        assertThatThrownBy(() -> live(TenantId.DEFAULT, "0")).hasMessageContaining("1 to 500");
        var before = heap.at("/lastUpdated").asText();
        await().until(() -> !heapUsed().at("/lastUpdated").asText().equals(before));
    }

    private JsonNode heapUsed() throws Exception {
        var rows = json.readTree(live(TenantId.DEFAULT, "")).at("/metrics");
        return rows.get(rows.findValuesAsText("key").indexOf("heap.used"));
    }

    @Test
    void goesOnPublishingWhileTheDatabaseIsAway() throws Exception {
        metrics.use(new AwayStorage());

        for (int i = 0; i < 3; i++) {
            assertThat(channels.next()).isNotNull();
        }
    }

    /** A database that cannot be reached. */
    private static final class AwayStorage implements Storage {

        @Override
        public Scope tenant(TenantId tenant) {
            throw new StorageUnavailableException("away", null);
        }

        @Override
        public Scope system() {
            throw new StorageUnavailableException("away", null);
        }

        @Override
        public Listening listen(String channel, Consumer<String> callback) {
            throw new StorageUnavailableException("away", null);
        }
    }

    @Test
    void refusesARateOutOfRange() {
        var config = Configs.of(HostMetrics.Config.class, Map.of("sampleMillis", 5));

        assertThatThrownBy(() -> new HostMetrics(channels, twoBundles(), config, Clock.systemUTC()))
                .hasMessageContaining("dev.seneschal.realtime.metrics")
                .hasMessageContaining("sampleMillis is 5")
                .hasMessageContaining("100 to 60000");
    }
}
