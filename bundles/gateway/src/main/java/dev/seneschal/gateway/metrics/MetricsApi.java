package dev.seneschal.gateway.metrics;

import dev.seneschal.api.access.Permissions;
import dev.seneschal.api.http.Request;
import dev.seneschal.api.http.Response;
import dev.seneschal.api.http.RestApi;
import dev.seneschal.api.http.Route;
import dev.seneschal.api.service.Whiteboard;
import dev.seneschal.gateway.Resources;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metrics of the host for Prometheus. Every binder has a registry of its own; when a binder goes, so does everything it
 * ever registered. Safe for use by any thread.
 */
@Component(service = RestApi.class)
public final class MetricsApi implements RestApi, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MetricsApi.class);

    private final Map<MeterBinder, PrometheusMeterRegistry> bound = new LinkedHashMap<>();
    private final PrometheusMeterRegistry own = registry();
    private final JvmGcMetrics garbage = new JvmGcMetrics();
    private Whiteboard<MeterBinder> whiteboard;

    /** Begins with the meters of the virtual machine. */
    @Activate
    public MetricsApi() {
        List.of(
                        garbage,
                        new JvmMemoryMetrics(),
                        new JvmThreadMetrics(),
                        new ClassLoaderMetrics(),
                        new ProcessorMetrics(),
                        new UptimeMetrics())
                .forEach(binder -> binder.bindTo(own));
    }

    private static PrometheusMeterRegistry registry() {
        return new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, new PrometheusRegistry(), Clock.SYSTEM);
    }

    /** Begins to look for binders. */
    @Activate
    public void start(BundleContext context) {
        whiteboard = Whiteboard.follow(context, MeterBinder.class, this::addBinder, this::removeBinder);
    }

    /** Shows the binder's meters from now on. */
    public synchronized void addBinder(MeterBinder binder) {
        var registry = registry();
        try {
            binder.bindTo(registry);
            bound.put(binder, registry);
        } catch (RuntimeException e) {
            LOG.warn("The meters of {} cannot be shown", binder.getClass().getName(), e);
            end(registry);
        }
    }

    /** Removes the binder's meters. */
    public synchronized void removeBinder(MeterBinder binder) {
        var registry = bound.remove(binder);
        if (registry != null) {
            end(registry);
        }
    }

    private static void end(PrometheusMeterRegistry registry) {
        registry.clear();
        registry.close();
    }

    @Override
    public List<Route> routes() {
        return List.of(new Route("GET", "/metrics", Permissions.METRICS_READ, this::scrape));
    }

    @Override
    public String openApi() {
        return Resources.read("openapi/metrics.json");
    }

    private Response scrape(Request request) throws IOException {
        var out = new ByteArrayOutputStream();
        PrometheusTextFormatWriter.create().write(out, Union.of(registries()));
        return new Response(200, PrometheusTextFormatWriter.CONTENT_TYPE, out.toByteArray(), Map.of());
    }

    private synchronized List<PrometheusRegistry> registries() {
        return Stream.concat(Stream.of(own), bound.values().stream())
                .map(PrometheusMeterRegistry::getPrometheusRegistry)
                .toList();
    }

    /** Ends looking for binders, and closes. */
    @Deactivate
    public void stop() {
        whiteboard.close();
        close();
    }

    @Override
    public synchronized void close() {
        bound.values().forEach(MetricsApi::end);
        bound.clear();
        garbage.close();
        end(own);
    }
}
