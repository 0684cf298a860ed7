package dev.seneschal.eventlog.command;

import dev.seneschal.api.event.CloudEvent;
import dev.seneschal.api.event.EventLog;
import dev.seneschal.api.tenant.TenantId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Appends one event. */
@Service
@Command(scope = "events", name = "publish", description = "Appends an event to the log.")
public final class PublishCommand implements Action {

    @Argument(index = 0, name = "type", description = "The event's type, such as org.example.greeted.", required = true)
    String type;

    @Argument(index = 1, name = "data", description = "Its data, as JSON in single quotes.")
    String data;

    @Option(name = "--tenant", description = "Whose event it is.")
    @Completion(TenantCompleter.class)
    String tenant = TenantId.DEFAULT.value();

    @Option(name = "--channel", description = "The channel; without it, events: and the type.")
    @Completion(ChannelCompleter.class)
    String channel;

    @Option(name = "--source", description = "Where it comes from, a URI reference.")
    String source = "/shell";

    @Option(name = "--id", description = "Its identifier; the same source and id again changes nothing.")
    String id = UUID.randomUUID().toString();

    @Option(name = "--subject", description = "What it is about.")
    String subject;

    @Reference
    EventLog log;

    @Override
    public Object execute() throws InterruptedException {
        var extensions = channel == null ? Map.<String, String>of() : Map.of(CloudEvent.CHANNEL, channel);
        var event = new CloudEvent(id, source, type, subject, Instant.now(), null, null, data, false, extensions);
        try {
            var place = log.append(new TenantId(tenant), List.of(event))
                    .toCompletableFuture()
                    .get()
                    .get(0);
            System.out.println((place.duplicate() ? "Was there already: " : "Appended: ")
                    + Terminal.line(place.channel()) + " offset " + place.offset());
        } catch (ExecutionException e) {
            throw new IllegalStateException("Not appended. " + e.getCause().getMessage(), e.getCause());
        }
        return null;
    }
}
