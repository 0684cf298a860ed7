package dev.seneschal.eventlog.consumer;

import dev.seneschal.api.event.EventConsumer;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.eventlog.channel.ChannelDirectory;
import dev.seneschal.eventlog.channel.Signals;
import dev.seneschal.eventlog.channel.Worker;
import dev.seneschal.eventlog.read.EventReader;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The consumers registered on this node. Safe for use by any thread. */
public final class Consumers implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Consumers.class);
    private static final Pattern NAME = Pattern.compile("[a-z0-9.-]{1,100}");

    private final Storage storage;
    private final ChannelDirectory directory;
    private final EventReader reader;
    private final Signals signals;
    private final ConsumerSettings settings;
    private final MissedEvents missed;
    private final Map<EventConsumer, Pump> pumps = new ConcurrentHashMap<>();
    private boolean started;

    /** Prepares; {@link #start} begins to deliver. */
    public Consumers(
            Storage storage,
            ChannelDirectory directory,
            EventReader reader,
            Signals signals,
            ConsumerSettings settings,
            MissedEvents missed) {
        this.storage = storage;
        this.directory = directory;
        this.reader = reader;
        this.signals = signals;
        this.settings = settings;
        this.missed = missed;
    }

    /** Begins to deliver to the consumers, each on a thread of its own. */
    public synchronized void start() {
        started = true;
        pumps.values().forEach(Pump::start);
    }

    /** Takes a consumer, and begins to deliver if the others have begun. A consumer without a proper name is reported and left alone. */
    public void add(EventConsumer consumer, Map<String, ?> properties) {
        var name = properties.get(EventConsumer.NAME);
        var start = properties.containsKey(EventConsumer.START) ? properties.get(EventConsumer.START) : "latest";
        if (!(name instanceof String text) || !NAME.matcher(text).matches()) {
            LOG.error(
                    "An event consumer gets no events: its service property {} is '{}'; it must be 1 to 100 lower-case"
                            + " letters, digits, dots or hyphens. class={}",
                    EventConsumer.NAME,
                    name,
                    consumer.getClass().getName());
            return;
        }
        if (!Set.of("earliest", "latest").contains(start)) {
            LOG.error(
                    "The event consumer {} gets no events: its service property {} is '{}'; it must be earliest or"
                            + " latest",
                    name,
                    EventConsumer.START,
                    start);
            return;
        }
        var pump = new Pump(text, (String) start, consumer, storage, directory, reader, signals, settings, missed);
        if (!take(consumer, pump)) {
            LOG.error("An event consumer is registered twice; the second time, as {}, it gets no events", name);
        }
    }

    private synchronized boolean take(EventConsumer consumer, Pump pump) {
        if (pumps.putIfAbsent(consumer, pump) != null) {
            return false;
        }
        if (started) {
            pump.start();
        }
        return true;
    }

    /** Ends the delivery; no call begins after this has returned, and one under way is waited for. */
    public void remove(EventConsumer consumer) {
        var pump = release(consumer);
        if (pump != null) {
            pump.close();
        }
    }

    /** Under the lock of {@link #start}, so that no pump is started after it was closed. */
    private synchronized Pump release(EventConsumer consumer) {
        return pumps.remove(consumer);
    }

    /** Makes sure that every consumer registered so far sees what is appended from now on. */
    public void introduce() {
        pumps.values().forEach(Pump::introduce);
    }

    /** Returns the threads that deliver. */
    public List<Worker> workers() {
        return pumps.values().stream().map(Pump::worker).toList();
    }

    /** Returns the names of the consumers on this node. */
    public Set<String> names() {
        return pumps.values().stream().map(Pump::name).collect(Collectors.toSet());
    }

    @Override
    public void close() {
        synchronized (this) {
            started = false; // who comes from now on is kept, and nothing begins for it
        }
        Set.copyOf(pumps.keySet()).forEach(this::remove);
    }
}
