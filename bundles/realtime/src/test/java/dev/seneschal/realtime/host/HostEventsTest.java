package dev.seneschal.realtime.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.seneschal.api.event.CloudEvent;
import dev.seneschal.api.event.EventLog;
import dev.seneschal.api.event.StoredEvent;
import dev.seneschal.api.storage.StorageUnavailableException;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.realtime.Configs;
import dev.seneschal.realtime.FakeEventLog;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.karaf.features.Feature;
import org.apache.karaf.features.FeatureEvent;
import org.apache.karaf.features.FeatureEvent.EventType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleListener;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.Version;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.event.Event;

final class HostEventsTest {

    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    private final FakeEventLog log = new FakeEventLog();
    private final ObjectMapper json = new ObjectMapper();
    private final HostEvents events = new HostEvents(
            "test", Configs.of(HostEvents.Config.class, Map.of("queueSize", 10)), Clock.fixed(NOW, ZoneOffset.UTC));

    @BeforeEach
    void start() {
        events.start();
    }

    @AfterEach
    void stop() {
        events.close();
        log.close();
    }

    private List<CloudEvent> logged(String area, int count) {
        await().until(() -> read(area).size() >= count);
        assertThat(read(area)).hasSize(count);
        return read(area).stream().map(StoredEvent::event).toList();
    }

    private List<StoredEvent> read(String area) {
        return log.read(TenantId.DEFAULT, "events:host." + area, 0, 1_000);
    }

    private JsonNode data(CloudEvent event) throws Exception {
        return json.readTree(event.data());
    }

    private static <T> T fake(Class<T> type, Map<String, Object> results) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, called, args) -> called.getName().equals("hashCode") ? 1 : results.get(called.getName())));
    }

    private static BundleEvent bundleEvent(int type) {
        var bundle = fake(
                Bundle.class,
                Map.of("getBundleId", 7L, "getSymbolicName", "some.bundle", "getVersion", new Version("1.2.3")));
        return new BundleEvent(type, bundle);
    }

    @Test
    void reportsBundles() throws Exception {
        events.bindEventLog(log);
        var listeners = new ArrayList<BundleListener>();
        var context = BundleContext.class.cast(Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {BundleContext.class}, (proxy, called, args) -> {
                    assertThat(called.getName()).isIn("addBundleListener", "removeBundleListener");
                    return called.getName().startsWith("add")
                            ? listeners.add((BundleListener) args[0])
                            : listeners.remove(args[0]);
                }));
        var observer = new BundleObserver(events, context);
        observer.start();

        listeners.get(0).bundleChanged(bundleEvent(BundleEvent.STARTED));
        listeners.get(0).bundleChanged(bundleEvent(BundleEvent.RESOLVED));
        listeners.get(0).bundleChanged(bundleEvent(BundleEvent.STOPPED));
        observer.close();

        var logged = logged("bundle", 2);
        assertThat(logged)
                .extracting(CloudEvent::type)
                .containsExactly("dev.seneschal.host.bundle.started", "dev.seneschal.host.bundle.stopped");
        assertThat(logged.get(0).source()).isEqualTo("/seneschal/test");
        assertThat(logged.get(0).subject()).isEqualTo("some.bundle");
        assertThat(logged.get(0).time()).isEqualTo(NOW);
        assertThat(data(logged.get(0)).at("/bundleId").asLong()).isEqualTo(7);
        assertThat(data(logged.get(0)).at("/version").asText()).isEqualTo("1.2.3");
        assertThat(listeners).isEmpty();
    }

    @Test
    void reportsFeaturesButNotThoseInstalledBefore() throws Exception {
        events.bindEventLog(log);
        var observer = new FeatureObserver(events);
        var feature = fake(Feature.class, Map.of("getName", "seneschal-realtime", "getVersion", "0.1.0"));

        observer.featureEvent(new FeatureEvent(EventType.FeatureInstalled, feature, "root", true));
        observer.featureEvent(new FeatureEvent(EventType.FeatureInstalled, feature, "root", false));
        observer.featureEvent(new FeatureEvent(EventType.FeatureUninstalled, feature, "root", false));

        var logged = logged("feature", 2);
        assertThat(logged)
                .extracting(CloudEvent::type)
                .containsExactly("dev.seneschal.host.feature.installed", "dev.seneschal.host.feature.uninstalled");
        assertThat(data(logged.get(0)).at("/name").asText()).isEqualTo("seneschal-realtime");
    }

    @Test
    void reportsConfigurationsByName() throws Exception {
        events.bindEventLog(log);
        var observer = new ConfigurationObserver(events);
        @SuppressWarnings("unchecked")
        var service = (ServiceReference<ConfigurationAdmin>) fake(ServiceReference.class, Map.of());

        observer.configurationEvent(new ConfigurationEvent(service, ConfigurationEvent.CM_UPDATED, "factory", "a"));
        observer.configurationEvent(new ConfigurationEvent(service, ConfigurationEvent.CM_LOCATION_CHANGED, null, "a"));
        observer.configurationEvent(new ConfigurationEvent(service, ConfigurationEvent.CM_DELETED, null, "b"));

        var logged = logged("configuration", 2);
        assertThat(logged.get(0).data()).isEqualTo("{\"pid\":\"a\",\"factoryPid\":\"factory\"}");
        assertThat(logged.get(1).type()).isEqualTo("dev.seneschal.host.configuration.deleted");
    }

    @Test
    void reportsEveryFailedLoginAndASuccessfulOneOncePerUserAndMinute() throws Exception {
        events.bindEventLog(log);
        var observer = new LoginObserver(events, Clock.fixed(NOW, ZoneOffset.UTC));

        for (var user : List.of("admin", "admin", "eve")) {
            observer.handleEvent(new Event(LoginObserver.SUCCESS, Map.of("username", user)));
        }
        observer.handleEvent(new Event(LoginObserver.FAILURE, Map.of("username", "x".repeat(1_000))));
        observer.handleEvent(new Event(LoginObserver.FAILURE, Map.of("username", "eve")));

        var logged = logged("login", 4);
        assertThat(logged)
                .extracting(CloudEvent::type)
                .containsExactly(
                        "dev.seneschal.host.login.succeeded",
                        "dev.seneschal.host.login.succeeded",
                        "dev.seneschal.host.login.failed",
                        "dev.seneschal.host.login.failed");
        assertThat(data(logged.get(1)).at("/user").asText()).isEqualTo("eve");
        assertThat(data(logged.get(2)).at("/user").asText()).hasSize(255);
    }

    @Test
    void keepsEventsWhileTheLogIsAwayAndSaysHowManyWereTooMany() throws Exception {
        for (int i = 1; i <= 14; i++) {
            events.report("test", "happened", Integer.toString(i), events.data());
        }
        log.away(true);
        events.bindEventLog(log);
        log.away(false);

        assertThat(logged("test", 10))
                .extracting(CloudEvent::subject)
                .containsExactly("1", "2", "3", "4", "5", "6", "7", "8", "9", "10");
        var summary = logged("events", 1).get(0);
        assertThat(summary.type()).isEqualTo("dev.seneschal.host.events.dropped");
        assertThat(data(summary).at("/count").asInt()).isEqualTo(4);
    }

    @Test
    void appendsAgainWithTheSameIdentifierWhenAnAppendFailed() {
        var seen = new ArrayList<String>();
        var flaky = new FlakyLog(seen);
        events.bindEventLog(flaky.log());

        events.report("test", "happened", "1", events.data());

        await().until(() -> seen.size() == 2);
        assertThat(seen.get(0)).isEqualTo(seen.get(1));
    }

    /** Fails the first append, after it has taken the events. */
    private record FlakyLog(List<String> seen) {

        EventLog log() {
            return EventLog.class.cast(Proxy.newProxyInstance(
                    getClass().getClassLoader(),
                    new Class<?>[] {EventLog.class},
                    (proxy, called, args) -> append(((List<?>) args[1]).get(0))));
        }

        private CompletionStage<List<Object>> append(Object event) {
            seen.add(((CloudEvent) event).id());
            return seen.size() == 1
                    ? CompletableFuture.failedFuture(new StorageUnavailableException("broke during commit", null))
                    : CompletableFuture.completedFuture(List.of());
        }
    }
}
