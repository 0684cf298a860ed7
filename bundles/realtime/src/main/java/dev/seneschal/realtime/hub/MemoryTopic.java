package dev.seneschal.realtime.hub;

import java.util.List;
import java.util.UUID;

/** A channel whose history is in this node's memory only. */
final class MemoryTopic extends Topic {

    MemoryTopic(ChannelKey key, HubSettings settings) {
        super(key, settings);
        moveTo(UUID.randomUUID().toString().substring(0, 8), 0);
    }

    @Override
    void open() {
        // It is open from its beginning: nothing has to be read.
    }

    @Override
    List<Publication> fetch(String epoch, long after, long upTo) {
        return List.of();
    }

    @Override
    synchronized List<Publication> read(String epoch, long after, int limit) {
        return remembered(after).stream().limit(limit).toList();
    }

    @Override
    boolean existsElsewhere(long offset) {
        return false;
    }

    synchronized void publish(String data) {
        used();
        dispatch(new Publication(key().name(), epoch(), top() + 1, data));
    }
}
