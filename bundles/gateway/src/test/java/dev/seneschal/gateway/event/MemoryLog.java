package dev.seneschal.gateway.event;

import dev.seneschal.api.event.ChannelHead;
import dev.seneschal.api.event.CloudEvent;
import dev.seneschal.api.event.ConsumerState;
import dev.seneschal.api.event.EventLog;
import dev.seneschal.api.event.Position;
import dev.seneschal.api.event.StoredEvent;
import dev.seneschal.api.tenant.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A log in memory, that can be told to fail or to fall silent. */
public final class MemoryLog implements EventLog {

    private final List<StoredEvent> stored = new ArrayList<>();
    private volatile CompletableFuture<List<Position>> instead;

    /** Answers every append with this from now on; null ends it. */
    public void answerWith(CompletableFuture<List<Position>> answer) {
        instead = answer;
    }

    /** Returns all events, in order. */
    public synchronized List<StoredEvent> stored() {
        return List.copyOf(stored);
    }

    @Override
    public synchronized CompletionStage<List<Position>> append(TenantId tenant, List<CloudEvent> events) {
        if (instead != null) {
            return instead;
        }
        var positions = new ArrayList<Position>();
        for (var event : events) {
            long offset = head(tenant, event.channel()).offset() + 1;
            stored.add(new StoredEvent(UUID.randomUUID(), tenant, event.channel(), offset, Instant.now(), event));
            positions.add(new Position(event.channel(), "e1", offset, false));
        }
        return CompletableFuture.completedFuture(positions);
    }

    @Override
    public synchronized ChannelHead head(TenantId tenant, String channel) {
        long offset = stored.stream()
                .filter(event ->
                        event.tenant().equals(tenant) && event.channel().equals(channel))
                .count();
        return new ChannelHead(tenant, channel, "e1", offset, 1);
    }

    @Override
    public synchronized List<ChannelHead> channels(TenantId tenant) {
        return stored.stream()
                .filter(event -> event.tenant().equals(tenant))
                .map(StoredEvent::channel)
                .distinct()
                .sorted()
                .map(channel -> head(tenant, channel))
                .toList();
    }

    @Override
    public synchronized List<StoredEvent> read(TenantId tenant, String channel, long after, int limit) {
        return stored.stream()
                .filter(event ->
                        event.tenant().equals(tenant) && event.channel().equals(channel))
                .filter(event -> event.offset() > after)
                .limit(limit)
                .toList();
    }

    @Override
    public List<ConsumerState> consumers() {
        return List.of(new ConsumerState("mailer", true, 3, Duration.ofMillis(1_500), 0, ""));
    }

    @Override
    public Following follow(Follower follower) {
        throw new UnsupportedOperationException("Nobody follows this log.");
    }
}
