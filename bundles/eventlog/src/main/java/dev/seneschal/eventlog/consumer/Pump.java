package dev.seneschal.eventlog.consumer;

import dev.seneschal.api.event.EventBatch;
import dev.seneschal.api.event.EventConsumer;
import dev.seneschal.api.event.StoredEvent;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.api.storage.StorageUnavailableException;
import dev.seneschal.eventlog.channel.Agenda;
import dev.seneschal.eventlog.channel.Channel;
import dev.seneschal.eventlog.channel.ChannelDirectory;
import dev.seneschal.eventlog.channel.Signals;
import dev.seneschal.eventlog.channel.Worker;
import dev.seneschal.eventlog.read.EventReader;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers the events of every channel to one consumer, in order, at least once, on a thread of its own. Channels take
 * turns, a batch each, so that a busy one does not hold up the others.
 *
 * <p>{@link #introduce} may be called from any thread.
 */
final class Pump implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Pump.class);

    private final String name;
    private final String start;
    private final EventConsumer consumer;
    private final Storage storage;
    private final ChannelDirectory directory;
    private final EventReader reader;
    private final ConsumerSettings settings;
    private final MissedEvents missed;
    private final Signals signals;
    private final Agenda agenda;
    private final Worker worker;
    private final Cursors cursors;
    private final DeadLetters deadLetters;
    private final FailureLog failures;
    /** When channels whose next event failed may be tried again, in nanoseconds of the system's timer. */
    private final Map<Long, Long> pauses = new HashMap<>();

    private volatile boolean introduced;

    /** What became of a channel's turn. */
    private enum Turn {
        /** There may be more. */
        AGAIN,
        /** There is no cursor, or another node holds it. */
        NO_CURSOR,
        /** There is nothing to do now. */
        OVER
    }

    Pump(
            String name,
            String start,
            EventConsumer consumer,
            Storage storage,
            ChannelDirectory directory,
            EventReader reader,
            Signals signals,
            ConsumerSettings settings,
            MissedEvents missed) {
        this.name = name;
        this.start = start;
        this.consumer = consumer;
        this.storage = storage;
        this.directory = directory;
        this.reader = reader;
        this.settings = settings;
        this.missed = missed;
        this.signals = signals;
        this.agenda = signals.open();
        this.cursors = new Cursors(name);
        this.deadLetters = new DeadLetters(name);
        this.failures = new FailureLog(name, storage, cursors, deadLetters, settings);
        this.worker = new Worker("eventlog-consumer-" + name, this::round);
    }

    String name() {
        return name;
    }

    Worker worker() {
        return worker;
    }

    void start() {
        worker.start();
    }

    /**
     * Makes the consumer known to the database, once. The appender calls it before it writes, so that a consumer sees
     * every event that is appended on this node after its registration.
     *
     * <p>An operator may have it forgotten on another node meanwhile. That shows when a cursor cannot be made; it is new
     * then, as it would be after a restart.
     */
    synchronized void introduce() {
        if (!introduced) {
            storage.system().<RuntimeException>run(handle -> cursors.introduce(handle, start));
            introduced = true;
        }
    }

    private void round() throws InterruptedException {
        var change = agenda.take(patience());
        try {
            introduce();
            agenda.add(turns(directory.byIds(due(change)).values()));
            if (change.everything()) {
                redeliver();
            }
        } catch (StorageUnavailableException e) {
            agenda.addEverything();
            throw e;
        }
    }

    /** Gives each channel one turn, and returns those that want another: they queue up with whatever is due by then. */
    private Set<Long> turns(Collection<Channel> channels) {
        var again = new LinkedHashSet<Long>();
        for (var channel : channels) {
            if (worker.isStopping()) {
                break;
            }
            if (turn(channel) == Turn.AGAIN) {
                again.add(channel.id());
            }
        }
        return again;
    }

    private Duration patience() {
        long now = System.nanoTime();
        long next = pauses.values().stream().mapToLong(due -> due - now).min().orElse(Long.MAX_VALUE);
        return Duration.ofNanos(Math.max(next, 0));
    }

    private Set<Long> due(Agenda.Change change) {
        var due = new LinkedHashSet<>(change.channels());
        long now = System.nanoTime();
        pauses.forEach((channel, until) -> {
            if (until - now <= 0) {
                due.add(channel);
            }
        });
        pauses.keySet().removeAll(due);
        if (change.everything()) {
            due.addAll(storage.system().<List<Long>, RuntimeException>read(cursors::behind));
        }
        return due;
    }

    private Turn turn(Channel channel) {
        var attempt = new Attempt();
        try {
            var turn = storage.tenant(channel.tenant())
                    .<Turn, Exception>write(handle -> deliver(handle, channel, attempt));
            if (attempt.missed > 0) {
                missed.note(name, channel, attempt.missed, attempt.cursor.offset(), attempt.upTo);
            }
            return turn == Turn.NO_CURSOR ? createCursor(channel) : turn;
        } catch (StorageUnavailableException e) {
            throw e;
        } catch (Throwable e) {
            if (worker.isStopping()) {
                return Turn.OVER;
            }
            if (attempt.events == null) {
                LOG.warn(
                        "A channel cannot be read and is tried again: consumer={} channel={}", name, channel.name(), e);
                return Turn.OVER;
            }
            pause(channel, failures.record(channel, attempt.cursor, attempt.events, e));
            return Turn.OVER;
        }
    }

    /** What was being delivered when it failed. */
    private static final class Attempt {
        private Cursor cursor;
        private List<StoredEvent> events;
        private long missed;
        private long upTo;
    }

    private Turn deliver(Handle handle, Channel channel, Attempt attempt) throws Exception {
        var locked = cursors.lock(handle, channel);
        if (locked.isEmpty()) {
            return Turn.NO_CURSOR;
        }
        var cursor = locked.get();
        if (cursor.head() <= cursor.offset()) {
            return Turn.OVER;
        }
        if (cursor.pause().toMillis() > 0) {
            pause(channel, cursor.pause());
            return Turn.OVER;
        }
        int limit = cursor.offset() < cursor.isolateUntil() || cursor.failures() > 0 ? 1 : settings.batch();
        var events = reader.batch(handle, channel, cursor.offset(), limit, cursor.at());
        attempt.cursor = cursor;
        if (events.isEmpty()) {
            cursors.skip(handle, channel, cursor.head());
            pass(handle, channel, attempt, cursor.head(), cursor.head() - cursor.offset());
            return Turn.OVER;
        }
        attempt.events = events;
        if (worker.isStopping()) {
            return Turn.OVER;
        }
        consumer.consume(new EventBatch(channel.tenant(), channel.name().name(), events, handle));
        var last = events.get(events.size() - 1);
        cursors.move(handle, channel, last);
        pass(handle, channel, attempt, last.offset(), last.offset() - cursor.offset() - events.size());
        return last.offset() < cursor.head() ? Turn.AGAIN : Turn.OVER;
    }

    /** A consumer that came after a channel's first events, and wants all, misses none of those that had gone by then. */
    private void pass(Handle handle, Channel channel, Attempt attempt, long upTo, long absent) {
        if (absent > 0 && (attempt.cursor.offset() > 0 || cursors.isOlderThan(handle, channel))) {
            attempt.missed = absent;
            attempt.upTo = upTo;
        }
    }

    /** In a transaction of its own: the row must be there before it can be locked without waiting for another node. */
    private Turn createCursor(Channel channel) {
        var scope = storage.tenant(channel.tenant());
        if (scope.<Boolean, RuntimeException>read(handle -> cursors.exists(handle, channel))) {
            return Turn.OVER;
        }
        try {
            scope.<RuntimeException>run(handle -> cursors.create(handle, channel));
            return Turn.AGAIN;
        } catch (JdbiException e) {
            if (!Cursors.isUnknownConsumer(e)) {
                throw e;
            }
            LOG.warn("The consumer was forgotten while it is at work here, and starts anew: consumer={}", name);
            introduced = false;
            introduce();
            return Turn.OVER;
        }
    }

    private void pause(Channel channel, Duration pause) {
        pauses.put(channel.id(), System.nanoTime() + pause.toNanos());
    }

    /** Delivers again what an operator asked for. A letter that fails again stays, and waits for the next request. */
    private void redeliver() {
        while (!worker.isStopping()) {
            var requested = storage.system().<Optional<Long>, RuntimeException>read(deadLetters::requested);
            if (requested.isEmpty()) {
                return;
            }
            var channel = directory.byIds(requested.stream().toList()).get(requested.get());
            if (channel == null || !redeliver(channel)) {
                return;
            }
        }
    }

    private boolean redeliver(Channel channel) {
        var letter = new DeadLetters.Letter[1];
        try {
            return storage.tenant(channel.tenant()).<Boolean, Exception>write(handle -> {
                // The cursor's lock keeps a redelivery from running beside a delivery on another node.
                if (cursors.lock(handle, channel).isEmpty()) {
                    return false;
                }
                var next = deadLetters.next(handle, channel);
                if (next.isEmpty()) {
                    return false;
                }
                letter[0] = next.get();
                var events = List.of(letter[0].event());
                consumer.consume(new EventBatch(channel.tenant(), channel.name().name(), events, handle));
                deadLetters.remove(handle, letter[0].id());
                return true;
            });
        } catch (StorageUnavailableException e) {
            throw e;
        } catch (Throwable e) {
            if (worker.isStopping()) {
                return false;
            }
            if (letter[0] == null) {
                throw new IllegalStateException("The dead letters of " + name + " cannot be read", e);
            }
            failures.recordAgain(channel, letter[0], e);
            return true;
        }
    }

    @Override
    public void close() {
        signals.close(agenda);
        worker.close();
    }
}
