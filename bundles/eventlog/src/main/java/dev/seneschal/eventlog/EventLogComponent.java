package dev.seneschal.eventlog;

import dev.seneschal.api.event.ChannelHead;
import dev.seneschal.api.event.CloudEvent;
import dev.seneschal.api.event.ConsumerState;
import dev.seneschal.api.event.EventConsumer;
import dev.seneschal.api.event.EventLog;
import dev.seneschal.api.event.Position;
import dev.seneschal.api.event.StoredEvent;
import dev.seneschal.api.health.HealthProbe;
import dev.seneschal.api.service.Whiteboard;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.api.tenant.TenantId;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/** The event log as services of the container. Safe for use by any thread. */
@Component(
        service = {EventLog.class, HealthProbe.class, MeterBinder.class},
        configurationPid = EventLogConfig.PID,
        immediate = true)
@Designate(ocd = EventLogConfig.class)
public final class EventLogComponent implements EventLog, HealthProbe, MeterBinder, AutoCloseable {

    private final EventLogSettings settings;
    private final PostgresEventLog log;
    private Whiteboard<EventConsumer> consumers;

    @Activate
    public EventLogComponent(@Reference(target = "(schema=eventlog)") Storage storage, EventLogConfig config) {
        this.settings = EventLogConfig.Reader.settings(config);
        this.log = new PostgresEventLog(storage, settings);
    }

    /** Takes the consumers that are there, and begins to work. */
    @Activate
    void start(BundleContext context) {
        consumers = Whiteboard.follow(
                context,
                EventConsumer.class,
                (reference, consumer) -> addConsumer(consumer, FrameworkUtil.asMap(reference.getProperties())),
                (reference, consumer) -> log.remove(consumer));
        start();
    }

    /** Begins to work. */
    public void start() {
        log.start();
    }

    void addConsumer(EventConsumer consumer, Map<String, ?> properties) {
        log.add(consumer, properties);
    }

    @Override
    public CompletionStage<List<Position>> append(TenantId tenant, List<CloudEvent> events) {
        return log.append(tenant, events);
    }

    @Override
    public ChannelHead head(TenantId tenant, String channel) {
        return log.head(tenant, channel);
    }

    @Override
    public List<ChannelHead> channels(TenantId tenant) {
        return log.channels(tenant);
    }

    @Override
    public List<StoredEvent> read(TenantId tenant, String channel, long after, int limit) {
        return log.read(tenant, channel, after, limit);
    }

    @Override
    public List<ConsumerState> consumers() {
        return log.consumers();
    }

    @Override
    public Following follow(Follower follower) {
        return log.follow(follower);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        log.bindTo(registry);
    }

    @Override
    public String name() {
        return "eventlog";
    }

    /** The database has a probe of its own; this one says whether the log is at work and keeps up. */
    @Override
    public Health check() {
        var died = log.died();
        if (!died.isEmpty()) {
            return new Health(Status.DOWN, "threads have ended: " + died + "; see the log, and restart the bundle");
        }
        long waiting = log.waiting();
        var fact = waiting + " events wait to be committed";
        return waiting > settings.limits().waitingEvents() / 2
                ? new Health(Status.DEGRADED, fact + "; producers are faster than the database")
                : new Health(Status.UP, fact);
    }

    /** Stops, and lets the consumers go. */
    @Deactivate
    void stop() {
        close();
        consumers.close();
    }

    @Override
    public void close() {
        log.close();
    }
}
