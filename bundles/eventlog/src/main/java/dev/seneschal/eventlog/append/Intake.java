package dev.seneschal.eventlog.append;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import dev.seneschal.api.event.CloudEvent;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.eventlog.channel.ChannelName;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Checks events on their caller's thread and does there what need not be done on the log's. Safe for use by any thread. */
final class Intake {

    /** What an event occupies besides its text, about. */
    private static final long OVERHEAD_BYTES = 400;

    private final EventRules rules;
    private final ObjectMapper mapper = new ObjectMapper();
    private final TimeBasedEpochGenerator ids = Generators.timeBasedEpochGenerator();

    Intake(EventRules rules) {
        this.rules = rules;
    }

    /** @throws dev.seneschal.api.event.InvalidEventException if an event is malformed */
    Request accept(TenantId tenant, List<CloudEvent> events) {
        var entries = new ArrayList<Entry>(events.size());
        var names = new HashMap<String, ChannelName>();
        long bytes = 0;
        for (int index = 0; index < events.size(); index++) {
            var event = events.get(index);
            bytes += OVERHEAD_BYTES + rules.check(event, index);
            var channel = names.computeIfAbsent(event.channel(), name -> new ChannelName(tenant, name));
            entries.add(new Entry(
                    ids.generate().toString(),
                    event,
                    channel,
                    EventKey.of(tenant, event),
                    time(event.time()),
                    extensions(event),
                    EventRules.adminSession(event)));
        }
        return new Request(tenant, entries, bytes, new CompletableFuture<>());
    }

    /** PostgreSQL keeps microseconds; cut here, or it would round and the time could be in the future. */
    private static String time(Instant time) {
        return time == null ? null : time.truncatedTo(ChronoUnit.MICROS).toString();
    }

    /** The channel has a column of its own; it is stored here only where it says what the type says already. */
    private String extensions(CloudEvent event) {
        Map<String, String> stored = event.extensions();
        var channel = stored.get(CloudEvent.CHANNEL);
        if (channel != null && !channel.equals(CloudEvent.DEFAULT_NAMESPACE + event.type())) {
            stored = new HashMap<>(stored);
            stored.remove(CloudEvent.CHANNEL);
        }
        if (stored.isEmpty()) {
            return null;
        }
        try {
            return mapper.writeValueAsString(stored);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A map of strings is always JSON", e);
        }
    }
}
