package dev.seneschal.realtime.metrics;

import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the meters that other bundles bind. Each binder has a registry of its own, so that its meters go with it. Safe for use
 * by any thread.
 */
final class MeterReadings implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MeterReadings.class);

    /** Shortened keys are logged once each, up to this number. */
    private static final int LOGGED = 100;

    private final Map<MeterBinder, SimpleMeterRegistry> registries = new ConcurrentHashMap<>();
    private final Set<String> shortened = ConcurrentHashMap.newKeySet();

    void add(MeterBinder binder) {
        var registry = new SimpleMeterRegistry();
        registries.put(binder, registry);
        try {
            binder.bindTo(registry);
        } catch (RuntimeException e) {
            LOG.warn(
                    "A bundle's meters cannot be bound. binder={}",
                    binder.getClass().getName(),
                    e);
        }
    }

    void remove(MeterBinder binder) {
        var registry = registries.remove(binder);
        if (registry != null) {
            registry.close();
        }
    }

    List<Reading> read() {
        var readings = new ArrayList<Reading>();
        for (var registry : registries.values()) {
            for (var meter : registry.getMeters()) {
                read(meter, readings);
            }
        }
        return readings;
    }

    private void read(Meter meter, List<Reading> readings) {
        var measurements =
                StreamSupport.stream(meter.measure().spliterator(), false).toList();
        for (var measurement : measurements) {
            var key = key(meter, measurements.size() > 1 ? measurement : null);
            double value = measurement.getValue();
            if (Double.isFinite(value)) {
                var unit = meter.getId().getBaseUnit();
                readings.add(new Reading(fitting(key), value, unit == null ? "" : unit));
            }
        }
    }

    private String fitting(String key) {
        var fitting = Reading.fitting(key);
        if (!fitting.equals(key) && shortened.size() < LOGGED && shortened.add(key)) {
            LOG.info("The name of a metric is too long and is shortened. metric={} shortened={}", key, fitting);
        }
        return fitting;
    }

    private static String key(Meter meter, Measurement oneOfMany) {
        var key = meter.getId().getName();
        if (oneOfMany != null) {
            key += "." + oneOfMany.getStatistic().name().toLowerCase(Locale.ROOT);
        }
        var tags = meter.getId().getTags();
        return tags.isEmpty()
                ? key
                : key
                        + tags.stream()
                                .map(tag -> tag.getKey() + "=" + tag.getValue())
                                .collect(Collectors.joining(",", "{", "}"));
    }

    @Override
    public void close() {
        registries.keySet().forEach(this::remove);
    }
}
