package dev.seneschal.realtime.host;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import dev.seneschal.api.event.CloudEvent;
import dev.seneschal.api.event.EventLog;
import dev.seneschal.api.service.Best;
import java.time.Clock;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * Makes events of what the observers of this package see, and appends them to the log of tenant {@code default}. Never blocks
 * its callers, which are threads of the container. Safe for use by any thread.
 */
@Component(service = HostEvents.class, configurationPid = HostEvents.PID)
@Designate(ocd = HostEvents.Config.class)
public final class HostEvents implements AutoCloseable {

    /** The configuration's name. */
    static final String PID = "dev.seneschal.realtime.host";

    /** Settings. */
    @ObjectClassDefinition(name = "Host events")
    public @interface Config {
        @AttributeDefinition(description = "Events kept while the log is away. 10 to 100,000.")
        int queueSize() default 5_000;
    }

    private static final String TYPE = "dev.seneschal.host.";
    private static final String CHANNEL = CloudEvent.DEFAULT_NAMESPACE + "host.";

    private final String source;
    private final Clock clock;
    private final HostEventQueue queue;
    private Best<EventLog> followed;
    private final ObjectMapper mapper = new ObjectMapper();
    private final TimeBasedEpochGenerator ids = Generators.timeBasedEpochGenerator();

    /** Prepares the queue. */
    @Activate
    public HostEvents(BundleContext context, Config config) {
        this(instance(context), config, Clock.systemUTC());
    }

    HostEvents(String instance, Config config, Clock clock) {
        int size = config.queueSize();
        if (size < 10 || size > 100_000) {
            throw new IllegalArgumentException(PID + ": queueSize is " + size + "; it must be 10 to 100000.");
        }
        this.source = "/seneschal/" + instance;
        this.clock = clock;
        this.queue = new HostEventQueue(size, this::summary);
    }

    /** Begins to append, to whatever event log there is. */
    @Activate
    void start(BundleContext context) {
        start();
        followed = Best.follow(context, EventLog.class, null, this::bindEventLog, this::unbindEventLog);
    }

    /** Begins to append. */
    void start() {
        queue.start();
    }

    private static String instance(BundleContext context) {
        var name = context.getProperty("karaf.name");
        return name == null ? "host" : name;
    }

    /** Takes the event log. */
    public void bindEventLog(EventLog log) {
        queue.logArrived(log);
    }

    /** Lets the event log go. */
    public void unbindEventLog(EventLog log) {
        queue.logGone(log);
    }

    /** Returns an empty object for an event's data. */
    ObjectNode data() {
        return mapper.createObjectNode();
    }

    /**
     * Reports what happened.
     *
     * @param area such as {@code bundle}
     * @param what such as {@code started}
     * @param subject to what, or null
     */
    void report(String area, String what, String subject, ObjectNode data) {
        queue.add(event(area, what, subject, data));
    }

    private CloudEvent event(String area, String what, String subject, ObjectNode data) {
        return new CloudEvent(
                ids.generate().toString(),
                source,
                TYPE + area + "." + what,
                subject,
                clock.instant(),
                null,
                null,
                data.toString(),
                false,
                Map.of(CloudEvent.CHANNEL, CHANNEL + area));
    }

    private CloudEvent summary(long dropped) {
        return event("events", "dropped", null, data().put("count", dropped));
    }

    /** Stops, and lets the event log go. */
    @Deactivate
    void stop() {
        close();
        followed.close();
    }

    @Override
    public void close() {
        queue.close();
    }
}
