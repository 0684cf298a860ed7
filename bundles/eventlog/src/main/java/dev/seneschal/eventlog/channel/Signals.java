package dev.seneschal.eventlog.channel;

import dev.seneschal.api.storage.Storage;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/**
 * Says which channels have new events: at once on this node, by NOTIFY on the others. A hint only; readers also look by
 * themselves from time to time. Safe for use by any thread.
 */
public final class Signals implements AutoCloseable {

    /** The notification channel. Payload: the sender's node, a colon, and channel ids or nothing for "look at all". */
    public static final String NOTIFICATION = "seneschal_events";

    /** PostgreSQL refuses a payload of 8,000 bytes. */
    private static final int PAYLOAD_LIMIT = 7_000;

    private final String node = UUID.randomUUID().toString();
    private final Duration poll;
    private final List<Agenda> agendas = new CopyOnWriteArrayList<>();
    private final Storage storage;
    private Storage.Listening listening;

    /** @param poll how often readers look by themselves */
    public Signals(Storage storage, Duration poll) {
        this.poll = poll;
        this.storage = storage;
    }

    /** Begins to listen. */
    public void start() {
        listening = storage.listen(NOTIFICATION, this::received);
    }

    /** Returns a new agenda, with everything on it. */
    public Agenda open() {
        var agenda = new Agenda(poll);
        agendas.add(agenda);
        return agenda;
    }

    /** Puts nothing on the agenda any more and ends its waits. */
    public void close(Agenda agenda) {
        agendas.remove(agenda);
        agenda.close();
    }

    /** Returns what to send to the other nodes when these channels have changed. */
    public String payload(Set<Long> channels) {
        var ids = channels.stream().map(String::valueOf).collect(Collectors.joining(","));
        return node + ":" + (ids.length() > PAYLOAD_LIMIT ? "" : ids);
    }

    /** Wakes the readers of this node. */
    public void changed(Set<Long> channels) {
        agendas.forEach(agenda -> agenda.add(channels));
    }

    private void received(String payload) {
        int colon = payload.indexOf(':');
        if (colon >= 0 && payload.substring(0, colon).equals(node)) {
            return;
        }
        var ids = payload.substring(colon + 1);
        if (colon < 0 || !ids.matches("[0-9]{1,18}(,[0-9]{1,18})*")) {
            agendas.forEach(Agenda::addEverything);
            return;
        }
        changed(Arrays.stream(ids.split(",")).map(Long::valueOf).collect(Collectors.toSet()));
    }

    @Override
    public void close() {
        listening.close();
    }
}
