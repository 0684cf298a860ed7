package dev.seneschal.realtime.metrics;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.seneschal.api.realtime.Channels;
import dev.seneschal.api.service.Best;
import dev.seneschal.api.service.Whiteboard;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.realtime.Realtime;
import dev.seneschal.realtime.thread.Threads;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Measures the host at a fixed rate and publishes what it finds, to the channel whether or not the database is there. */
@Component(
        service = {},
        immediate = true,
        configurationPid = HostMetrics.PID)
@Designate(ocd = HostMetrics.Config.class)
public final class HostMetrics implements AutoCloseable {

    /** The configuration's name. */
    static final String PID = "dev.seneschal.realtime.metrics";

    /** The channel, of tenant {@code default}. */
    public static final String CHANNEL = "metrics:host";

    /** Settings. */
    @ObjectClassDefinition(name = "Host metrics")
    public @interface Config {
        @AttributeDefinition(description = "Milliseconds from sample to sample. 100 to 60,000.")
        int sampleMillis() default 1_000;
    }

    private static final Logger LOG = LoggerFactory.getLogger(HostMetrics.class);

    private final Channels channels;
    private final JvmReadings jvm;
    private final MeterReadings meters = new MeterReadings();
    private final MetricWriter writer = new MetricWriter();
    private final Clock clock;
    private final int millis;
    private final ObjectMapper mapper = new ObjectMapper();
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(Threads.named("realtime-metrics"));
    private Whiteboard<MeterBinder> whiteboard;
    private Best<Storage> database;
    private boolean failing;

    /** Publishes to these channels. */
    @Activate
    public HostMetrics(@Reference Realtime realtime, BundleContext context, Config config) {
        this(realtime, context, config, Clock.systemUTC());
    }

    HostMetrics(Channels channels, BundleContext context, Config config, Clock clock) {
        int millis = config.sampleMillis();
        if (millis < 100 || millis > 60_000) {
            throw new IllegalArgumentException(PID + ": sampleMillis is " + millis + "; it must be 100 to 60000.");
        }
        this.channels = channels;
        this.jvm = new JvmReadings(context);
        this.clock = clock;
        this.millis = millis;
    }

    /** Takes the meters of the bundles, and begins to measure. */
    @Activate
    void start(BundleContext context) {
        whiteboard = Whiteboard.follow(context, MeterBinder.class, this::bindMeterBinder, this::unbindMeterBinder);
        database = Best.follow(context, Storage.class, "(schema=realtime)", this::use);
        start();
    }

    /** Begins to measure. */
    void start() {
        var unused = thread.scheduleAtFixedRate(this::sample, millis, millis, TimeUnit.MILLISECONDS);
    }

    /** Writes to this database from now on; null if there is none. */
    public void use(Storage storage) {
        writer.use(storage == null ? null : new MetricStore(storage));
    }

    /** Takes a bundle's meters. */
    public void bindMeterBinder(MeterBinder binder) {
        meters.add(binder);
    }

    /** Lets a bundle's meters go. */
    public void unbindMeterBinder(MeterBinder binder) {
        meters.remove(binder);
    }

    private void sample() {
        try {
            var readings = new ArrayList<>(jvm.read());
            readings.addAll(meters.read());
            var now = clock.instant();
            channels.publish(TenantId.DEFAULT, CHANNEL, json(now.toString(), readings));
            writer.write(now, readings);
            failing = false;
        } catch (RuntimeException e) {
            if (!failing) {
                failing = true;
                LOG.warn("The host cannot be measured.", e);
            }
        }
    }

    private String json(String time, List<Reading> readings) {
        var sample = mapper.createObjectNode().put("time", time);
        var metrics = sample.putObject("metrics");
        readings.forEach(reading -> metrics.put(reading.key(), reading.value()));
        return sample.toString();
    }

    /** Stops, and lets the meters of the bundles go. */
    @Deactivate
    void stop() {
        whiteboard.close();
        close();
        database.close();
    }

    @Override
    public void close() {
        Threads.stop(thread);
        writer.close();
        meters.close();
    }
}
