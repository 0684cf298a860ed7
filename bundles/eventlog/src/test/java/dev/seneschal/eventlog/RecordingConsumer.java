package dev.seneschal.eventlog;

import dev.seneschal.api.event.EventBatch;
import dev.seneschal.api.event.EventConsumer;
import dev.seneschal.api.event.StoredEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Remembers what it was given, and fails where a test tells it to. Safe for use by any thread. */
final class RecordingConsumer implements EventConsumer {

    private final List<StoredEvent> seen = new ArrayList<>();
    private volatile Predicate<StoredEvent> fails = event -> false;

    static Map<String, Object> properties(String name, String start) {
        return Map.of(EventConsumer.NAME, name, EventConsumer.START, start);
    }

    void failOn(Predicate<StoredEvent> poison) {
        fails = poison;
    }

    @Override
    public synchronized void consume(EventBatch batch) {
        for (var event : batch.events()) {
            if (fails.test(event)) {
                throw new IllegalStateException("cannot digest " + event.event().id());
            }
        }
        seen.addAll(batch.events());
    }

    /** Returns the offsets seen of that channel, in the order they came. */
    synchronized List<Long> offsets(String channel) {
        return seen.stream()
                .filter(event -> event.channel().equals(channel))
                .map(StoredEvent::offset)
                .toList();
    }
}
