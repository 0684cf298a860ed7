package dev.seneschal.gateway.metrics;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What several registries hold, as if it were one: metrics of one name become one with the data of all. Where two have the
 * same labels too, or are of different types, the first is shown.
 */
final class Union {

    private Union() {}

    static MetricSnapshots of(Collection<PrometheusRegistry> registries) {
        var byName = new LinkedHashMap<String, MetricSnapshot>();
        for (var registry : registries) {
            for (var metric : registry.scrape()) {
                byName.merge(metric.getMetadata().getPrometheusName(), metric, Union::joined);
            }
        }
        return new MetricSnapshots(byName.values());
    }

    private static MetricSnapshot joined(MetricSnapshot one, MetricSnapshot other) {
        var metadata = one.getMetadata();
        if (one instanceof GaugeSnapshot a && other instanceof GaugeSnapshot b) {
            return new GaugeSnapshot(metadata, data(a.getDataPoints(), b.getDataPoints()));
        }
        if (one instanceof CounterSnapshot a && other instanceof CounterSnapshot b) {
            return new CounterSnapshot(metadata, data(a.getDataPoints(), b.getDataPoints()));
        }
        if (one instanceof SummarySnapshot a && other instanceof SummarySnapshot b) {
            return new SummarySnapshot(metadata, data(a.getDataPoints(), b.getDataPoints()));
        }
        if (one instanceof HistogramSnapshot a && other instanceof HistogramSnapshot b) {
            return new HistogramSnapshot(metadata, data(a.getDataPoints(), b.getDataPoints()));
        }
        return one;
    }

    private static <T extends DataPointSnapshot> Collection<T> data(List<T> one, List<T> other) {
        Map<Labels, T> byLabels = new LinkedHashMap<>();
        one.forEach(point -> byLabels.put(point.getLabels(), point));
        other.forEach(point -> byLabels.putIfAbsent(point.getLabels(), point));
        return byLabels.values();
    }
}
