package dev.seneschal.eventlog;

import dev.seneschal.eventlog.append.AppendMeters;
import dev.seneschal.eventlog.consumer.MissedEvents;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToDoubleFunction;

/** Shows the log's figures to metric registries. Safe for use by any thread. */
final class EventLogMeters implements AutoCloseable {

    private static final String PREFIX = "seneschal.eventlog.";

    private final AppendMeters append;
    private final MissedEvents missed;
    private final List<Bound> bounds = new CopyOnWriteArrayList<>();

    private record Bound(MeterRegistry registry, MultiGauge lags) {}

    EventLogMeters(AppendMeters append, MissedEvents missed) {
        this.append = append;
        this.missed = missed;
    }

    void bindTo(MeterRegistry registry) {
        counter(registry, "events", "Events appended", AppendMeters::events);
        counter(registry, "duplicates", "Events that were in the log already", AppendMeters::duplicates);
        counter(registry, "requests", "Append requests committed", AppendMeters::requests);
        counter(registry, "groups", "Groups committed; events per group is their size", AppendMeters::groups);
        counter(registry, "write.seconds", "Time spent on writing groups", AppendMeters::seconds);
        gauge(registry, "waiting.events", "Events that wait to be committed", AppendMeters::waitingEvents);
        gauge(registry, "waiting.bytes", "Memory they hold", AppendMeters::waitingBytes);
        FunctionCounter.builder(PREFIX + "consumer.missed", missed, MissedEvents::count)
                .description("Events removed from the log before a consumer of this node had seen them")
                .register(registry);
        var lags = MultiGauge.builder(PREFIX + "consumer.lag")
                .description("Events a consumer has yet to see")
                .register(registry);
        bounds.add(new Bound(registry, lags));
    }

    private void counter(MeterRegistry registry, String name, String about, ToDoubleFunction<AppendMeters> value) {
        FunctionCounter.builder(PREFIX + name, append, value).description(about).register(registry);
    }

    private void gauge(MeterRegistry registry, String name, String about, ToDoubleFunction<AppendMeters> value) {
        Gauge.builder(PREFIX + name, append, value).description(about).register(registry);
    }

    /** Shows new lags, by consumer, and forgets registries that have been closed: their bundle may have gone. */
    void lags(Map<String, Long> lags) {
        bounds.removeIf(bound -> bound.registry().isClosed());
        for (var bound : bounds) {
            bound.lags()
                    .register(
                            lags.entrySet().stream()
                                    .<MultiGauge.Row<?>>map(
                                            lag -> MultiGauge.Row.of(Tags.of("consumer", lag.getKey()), lag.getValue()))
                                    .toList(),
                            true);
        }
    }

    /** Takes the meters away again: their registry outlives this bundle. */
    @Override
    public void close() {
        for (var bound : bounds) {
            bound.registry().getMeters().stream()
                    .filter(meter -> meter.getId().getName().startsWith(PREFIX))
                    .forEach(bound.registry()::remove);
        }
        bounds.clear();
    }
}
