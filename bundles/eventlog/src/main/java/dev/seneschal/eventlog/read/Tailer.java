package dev.seneschal.eventlog.read;

import dev.seneschal.api.event.EventLog.Follower;
import dev.seneschal.api.event.EventLog.Following;
import dev.seneschal.api.event.StoredEvent;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.api.storage.StorageUnavailableException;
import dev.seneschal.eventlog.channel.Agenda;
import dev.seneschal.eventlog.channel.Channel;
import dev.seneschal.eventlog.channel.ChannelDirectory;
import dev.seneschal.eventlog.channel.Signals;
import dev.seneschal.eventlog.channel.Worker;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows what is appended, on this node or another, to the followers of this node, on one thread.
 *
 * <p>It reads what it shows from the table, so a live view and a replay see the same. It keeps its place also while
 * nobody follows: then it only notes how far each channel has come. Safe for use by any thread.
 */
public final class Tailer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Tailer.class);

    private static final int BATCH = 500;

    /** The agenda has everything on it again long before. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Storage storage;
    private final ChannelDirectory directory;
    private final EventReader reader;
    private final Signals signals;
    private final Agenda agenda;
    private final Worker worker;
    private final List<Follow> followers = new CopyOnWriteArrayList<>();
    private final ReentrantLock beginning = new ReentrantLock();
    private volatile boolean begun;
    private volatile boolean closed;
    /** How far each channel has been shown; filled by {@link #begin}, then touched by the worker only. */
    private final Map<Long, Place> places = new HashMap<>();

    /** What this node has committed and not shown yet, for those who begin to follow meanwhile: it is past for them. */
    private final Map<Long, Long> committed = new ConcurrentHashMap<>();

    private record Place(long offset, Instant at) {}

    /** Prepares the tailer; {@link #start} starts its thread. */
    public Tailer(Storage storage, ChannelDirectory directory, EventReader reader, Signals signals) {
        this.storage = storage;
        this.directory = directory;
        this.reader = reader;
        this.signals = signals;
        this.agenda = signals.open();
        this.worker = new Worker("eventlog-follow", this::round);
    }

    /** Starts the thread. */
    public void start() {
        worker.start();
    }

    /** Returns the thread. */
    public Worker worker() {
        return worker;
    }

    /**
     * Notes the present end of the log, once. Whatever appends or reads a head on this node calls this first; so no event
     * after a head that anyone has seen is missed by a follower.
     */
    public void begin() {
        if (begun) {
            return;
        }
        beginning.lock();
        try {
            if (!begun) {
                var ends = storage.system().<Map<Long, Long>, RuntimeException>read(reader::offsets);
                ends.forEach((channel, offset) -> places.put(channel, new Place(offset, null)));
                begun = true;
            }
        } finally {
            beginning.unlock();
        }
    }

    /** Takes note of what this node has committed: the last offset of each channel, before any caller knows of it. */
    public void committed(Map<Long, Long> offsets) {
        offsets.forEach((channel, offset) -> committed.merge(channel, offset, Math::max));
    }

    /**
     * Shows the follower what is appended from now on.
     *
     * @throws IllegalStateException if the log has stopped, since the follower would wait for ever
     */
    public Following follow(Follower follower) {
        if (closed) {
            throw new IllegalStateException("The event log has stopped; look the service up again.");
        }
        var follow = new Follow(follower, Map.copyOf(committed));
        followers.add(follow);
        return follow;
    }

    private void round() throws InterruptedException {
        var change = agenda.take(PATIENCE);
        try {
            begin();
            // The ends are read before the list of followers: who begins to follow in between misses nothing.
            var ends = storage.system()
                    .<Map<Long, Long>, RuntimeException>read(handle ->
                            change.everything() ? reader.offsets(handle) : reader.offsets(handle, change.channels()));
            ends.entrySet().removeIf(end -> place(end.getKey()).offset() >= end.getValue());
            var channels = followers.isEmpty() ? Map.<Long, Channel>of() : directory.byIds(ends.keySet());
            for (var end : ends.entrySet()) {
                var channel = channels.get(end.getKey());
                if (channel == null) {
                    places.put(end.getKey(), new Place(end.getValue(), null));
                } else {
                    show(channel, end.getValue());
                }
            }
            committed.entrySet().removeIf(last -> place(last.getKey()).offset() >= last.getValue());
        } catch (StorageUnavailableException e) {
            agenda.addEverything();
            throw e;
        }
    }

    private Place place(long channel) {
        return places.getOrDefault(channel, new Place(0, null));
    }

    private void show(Channel channel, long end) {
        while (place(channel.id()).offset() < end && !worker.isStopping()) {
            var place = place(channel.id());
            var events = storage.tenant(channel.tenant())
                    .<List<StoredEvent>, RuntimeException>read(
                            handle -> reader.batch(handle, channel, place.offset(), BATCH, place.at()));
            if (events.isEmpty()) {
                // All of them have been removed since.
                places.put(channel.id(), new Place(end, null));
                return;
            }
            followers.forEach(follower -> follower.show(channel, events));
            var last = events.get(events.size() - 1);
            places.put(channel.id(), new Place(last.offset(), last.recordedAt()));
        }
    }

    @Override
    public void close() {
        closed = true;
        signals.close(agenda);
        worker.close();
    }

    private final class Follow implements Following {

        private final Follower follower;
        private final Map<Long, Long> past;
        private final ReentrantLock calling = new ReentrantLock();
        private boolean closed;

        Follow(Follower follower, Map<Long, Long> past) {
            this.follower = follower;
            this.past = past;
        }

        void show(Channel channel, List<StoredEvent> batch) {
            long after = past.getOrDefault(channel.id(), 0L);
            var events = batch.get(0).offset() > after
                    ? batch
                    : batch.stream().filter(event -> event.offset() > after).toList();
            calling.lock();
            try {
                if (!closed && !events.isEmpty()) {
                    follower.accept(events);
                }
            } catch (Throwable e) {
                LOG.warn("A follower failed: channel={}", channel.name().name(), e);
            } finally {
                calling.unlock();
            }
        }

        @Override
        public void close() {
            followers.remove(this);
            calling.lock();
            try {
                closed = true;
            } finally {
                calling.unlock();
            }
        }
    }
}
