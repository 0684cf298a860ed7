package dev.seneschal.realtime;

import dev.seneschal.api.event.ChannelHead;
import dev.seneschal.api.event.CloudEvent;
import dev.seneschal.api.event.ConsumerState;
import dev.seneschal.api.event.EventLog;
import dev.seneschal.api.event.Position;
import dev.seneschal.api.event.StoredEvent;
import dev.seneschal.api.storage.StorageUnavailableException;
import dev.seneschal.api.tenant.TenantId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** An event log in memory that keeps the promises of the real one, and can be away or lose its live feed on purpose. */
public final class FakeEventLog implements EventLog, AutoCloseable {

    private final Map<String, List<StoredEvent>> channels = new TreeMap<>();
    private final List<Follower> followers = new CopyOnWriteArrayList<>();
    private final ExecutorService feed = Executors.newSingleThreadExecutor();
    private final AtomicInteger reads = new AtomicInteger();
    private final AtomicReference<Callable<Void>> beforeRead = new AtomicReference<>();
    private volatile String epoch = "e1";
    private volatile long oldest = 1;
    private volatile boolean away;
    private volatile boolean deaf;

    /** Makes every call fail as if the database could not be reached. */
    public void away(boolean value) {
        away = value;
    }

    /** Makes the live feed lose what is appended. */
    public void deaf(boolean value) {
        deaf = value;
    }

    /** Starts another history: offsets begin anew. */
    public synchronized void forgetEverything(String newEpoch) {
        channels.clear();
        epoch = newEpoch;
    }

    /** Drops what is older, as retention does. */
    public void keepFrom(long offset) {
        oldest = offset;
    }

    /** Runs this, once, before the next reading of history. */
    public void onNextRead(Callable<Void> hook) {
        beforeRead.set(hook);
    }

    /** Returns how often the history has been read. */
    public int reads() {
        return reads.get();
    }

    /** Appends one event whose data is this number. */
    public void append(String channel, int number) {
        append(TenantId.DEFAULT, channel, number);
    }

    /** Appends one event whose data is this number. */
    public void append(TenantId tenant, String channel, int number) {
        append(
                        tenant,
                        List.of(new CloudEvent(
                                UUID.randomUUID().toString(),
                                "/test",
                                "test.number",
                                null,
                                Instant.EPOCH,
                                null,
                                null,
                                Integer.toString(number),
                                false,
                                Map.of(CloudEvent.CHANNEL, channel))))
                .toCompletableFuture()
                .join();
    }

    @Override
    public synchronized CompletionStage<List<Position>> append(TenantId tenant, List<CloudEvent> events) {
        if (away) {
            return CompletableFuture.failedFuture(new StorageUnavailableException("away", null));
        }
        var positions = new ArrayList<Position>();
        for (var event : events) {
            var channel = channels.computeIfAbsent(tenant + "/" + event.channel(), c -> new ArrayList<>());
            var stored = new StoredEvent(
                    UUID.randomUUID(), tenant, event.channel(), channel.size() + 1L, Instant.EPOCH, event);
            channel.add(stored);
            positions.add(new Position(event.channel(), epoch, stored.offset(), false));
            if (!deaf) {
                feed.execute(() -> followers.forEach(follower -> follower.accept(List.of(stored))));
            }
        }
        return CompletableFuture.completedFuture(positions);
    }

    @Override
    public synchronized ChannelHead head(TenantId tenant, String channel) {
        reachable();
        var events = channels.getOrDefault(tenant + "/" + channel, List.of());
        return new ChannelHead(tenant, channel, epoch, events.size(), oldest);
    }

    @Override
    public List<ChannelHead> channels(TenantId tenant) {
        return List.of();
    }

    @Override
    public List<StoredEvent> read(TenantId tenant, String channel, long after, int limit) {
        reachable();
        reads.incrementAndGet();
        var hook = beforeRead.getAndSet(null);
        if (hook != null) {
            try {
                hook.call();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
        return select(tenant, channel, after, limit);
    }

    private synchronized List<StoredEvent> select(TenantId tenant, String channel, long after, int limit) {
        return channels.getOrDefault(tenant + "/" + channel, List.of()).stream()
                .filter(event -> event.offset() > after && event.offset() >= oldest)
                .limit(limit)
                .toList();
    }

    private void reachable() {
        if (away) {
            throw new StorageUnavailableException("away", null);
        }
    }

    @Override
    public List<ConsumerState> consumers() {
        return List.of();
    }

    @Override
    public Following follow(Follower follower) {
        followers.add(follower);
        return () -> followers.remove(follower);
    }

    @Override
    public void close() {
        feed.shutdownNow();
    }
}
