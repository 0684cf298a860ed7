package dev.seneschal.gateway.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * How many requests there were and how long they took, by method, route and status. A route is a template, so that the
 * number of meters is bounded. Safe for use by any thread.
 */
@Component(service = {HttpMeters.class, MeterBinder.class})
public final class HttpMeters implements MeterBinder {

    private static final List<String> METHODS = List.of("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private final List<MeterRegistry> registries = new CopyOnWriteArrayList<>();

    /** Begins without a registry. */
    @Activate
    public HttpMeters() {
        // Registries come by bindTo.
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        registries.removeIf(MeterRegistry::isClosed);
        registries.add(registry);
    }

    void record(String method, String route, int status, Duration took) {
        for (var registry : registries) {
            Timer.builder("seneschal.gateway.requests")
                    .description("Requests answered")
                    .tag("method", METHODS.contains(method) ? method : "other")
                    .tag("route", route)
                    .tag("status", Integer.toString(status))
                    .serviceLevelObjectives(
                            Duration.ofMillis(5),
                            Duration.ofMillis(25),
                            Duration.ofMillis(100),
                            Duration.ofMillis(500),
                            Duration.ofSeconds(2))
                    .register(registry)
                    .record(took);
        }
    }
}
