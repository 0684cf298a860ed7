package dev.seneschal.realtime;

import dev.seneschal.api.health.HealthProbe;
import dev.seneschal.realtime.connection.Connections;
import dev.seneschal.realtime.hub.Hub;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToDoubleFunction;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** How the live channels do: for readiness, and in numbers. */
@Component
public final class RealtimeHealth implements HealthProbe, MeterBinder {

    private final Realtime realtime;

    /** Looks at this node. */
    @Activate
    public RealtimeHealth(@Reference Realtime realtime) {
        this.realtime = realtime;
    }

    @Override
    public String name() {
        return "realtime";
    }

    @Override
    public Health check() {
        var connections = realtime.clients().count() + " connections";
        return realtime.hub().logPresent()
                ? new Health(Status.UP, connections)
                : new Health(
                        Status.DEGRADED,
                        connections + "; the event log is away: its channels wait and catch up when it is back");
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        var clients = realtime.clients();
        gauge(registry, "connections", "Open connections", clients, Connections::count);
        gauge(registry, "subscriptions", "Subscriptions of all connections", clients, Connections::subscriptions);
        gauge(registry, "queued.bytes", "Bytes that wait to be written", clients, Connections::waitingBytes);
        FunctionCounter.builder("seneschal.realtime.publications", realtime.hub(), Hub::publications)
                .description("Publications on channels that someone listens to")
                .register(registry);
        FunctionCounter.builder("seneschal.realtime.disconnects.slow", clients, c -> c.disconnects()
                        .getOrDefault(3008, 0L))
                .description("Connections ended because the client was too slow")
                .register(registry);
        FunctionCounter.builder("seneschal.realtime.disconnects", clients, c -> c.disconnects().values().stream()
                        .mapToLong(Long::longValue)
                        .sum())
                .description("Connections ended for any reason")
                .register(registry);
    }

    private static void gauge(
            MeterRegistry registry,
            String name,
            String description,
            Connections clients,
            ToDoubleFunction<Connections> value) {
        Gauge.builder("seneschal.realtime." + name, clients, value)
                .description(description)
                .register(registry);
    }
}
