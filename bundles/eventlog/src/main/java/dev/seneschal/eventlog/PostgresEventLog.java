package dev.seneschal.eventlog;

import dev.seneschal.api.event.ChannelHead;
import dev.seneschal.api.event.CloudEvent;
import dev.seneschal.api.event.ConsumerState;
import dev.seneschal.api.event.EventConsumer;
import dev.seneschal.api.event.EventLog;
import dev.seneschal.api.event.Position;
import dev.seneschal.api.event.StoredEvent;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.eventlog.append.AppendMeters;
import dev.seneschal.eventlog.append.Appender;
import dev.seneschal.eventlog.channel.ChannelDirectory;
import dev.seneschal.eventlog.channel.ChannelName;
import dev.seneschal.eventlog.channel.Signals;
import dev.seneschal.eventlog.channel.Worker;
import dev.seneschal.eventlog.consumer.ConsumerStates;
import dev.seneschal.eventlog.consumer.Consumers;
import dev.seneschal.eventlog.consumer.MissedEvents;
import dev.seneschal.eventlog.partition.Partitions;
import dev.seneschal.eventlog.read.EventReader;
import dev.seneschal.eventlog.read.Tailer;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/** {@link EventLog} on PostgreSQL: one node's view of it. Safe for use by any thread once it is started. */
public final class PostgresEventLog implements EventLog, AutoCloseable {

    private final Storage storage;
    private final ChannelDirectory directory;
    private final EventReader reader = new EventReader();
    private final Signals signals;
    private final Tailer tailer;
    private final Consumers consumers;
    private final Appender appender;
    private final EventLogMeters meters;
    private final Maintenance maintenance;

    /** Prepares for a database whose schema is in place; {@link #start} starts it. */
    public PostgresEventLog(Storage storage, EventLogSettings settings) {
        this.storage = storage;
        this.directory = new ChannelDirectory(storage);
        this.signals = new Signals(storage, settings.poll());
        this.tailer = new Tailer(storage, directory, reader, signals);
        var missed = new MissedEvents();
        this.consumers = new Consumers(storage, directory, reader, signals, settings.consumers(), missed);
        var partitions = new Partitions(storage, settings.partitionDaysAhead());
        var counts = new AppendMeters();
        this.appender = new Appender(
                storage,
                directory,
                partitions,
                signals,
                settings.limits(),
                counts,
                this::beforeGroup,
                tailer::committed);
        this.meters = new EventLogMeters(counts, missed);
        this.maintenance = new Maintenance(
                storage, partitions, settings.keyRetention(), settings.poll().multipliedBy(5), meters::lags);
    }

    /** Starts the threads, once; they reach for the database, and {@link #close} stops them. */
    public void start() {
        signals.start();
        tailer.start();
        appender.start();
        maintenance.start();
        consumers.start();
    }

    /** Followers and consumers that are there now see what is about to be written. */
    private void beforeGroup() {
        tailer.begin();
        consumers.introduce();
    }

    void add(EventConsumer consumer, Map<String, ?> properties) {
        consumers.add(consumer, properties);
    }

    void remove(EventConsumer consumer) {
        consumers.remove(consumer);
    }

    void bindTo(MeterRegistry registry) {
        meters.bindTo(registry);
    }

    @Override
    public CompletionStage<List<Position>> append(TenantId tenant, List<CloudEvent> events) {
        return appender.append(Objects.requireNonNull(tenant, "tenant"), events);
    }

    @Override
    public ChannelHead head(TenantId tenant, String channel) {
        tailer.begin();
        var name = new ChannelName(tenant, channel);
        return storage.tenant(tenant).<ChannelHead, RuntimeException>read(handle -> reader.head(handle, name));
    }

    @Override
    public List<ChannelHead> channels(TenantId tenant) {
        tailer.begin();
        return storage.tenant(tenant).<List<ChannelHead>, RuntimeException>read(handle -> reader.heads(handle, tenant));
    }

    @Override
    public List<StoredEvent> read(TenantId tenant, String channel, long after, int limit) {
        if (after < 0) {
            throw new IllegalArgumentException("Offsets begin at 1; cannot read after " + after + ".");
        }
        if (limit < 1 || limit > Appender.MAX_REQUEST) {
            throw new IllegalArgumentException(
                    "One read returns 1 to " + Appender.MAX_REQUEST + " events, not " + limit + ".");
        }
        tailer.begin();
        var found = directory.find(new ChannelName(tenant, channel));
        if (found.isEmpty()) {
            return List.of();
        }
        return storage.tenant(tenant)
                .<List<StoredEvent>, RuntimeException>read(handle -> reader.after(handle, found.get(), after, limit));
    }

    @Override
    public List<ConsumerState> consumers() {
        return storage.system()
                .<List<ConsumerState>, RuntimeException>read(handle -> ConsumerStates.list(handle, consumers.names()));
    }

    @Override
    public Following follow(Follower follower) {
        return tailer.follow(follower);
    }

    /** Returns how many events wait or are being written. */
    long waiting() {
        return appender.waiting();
    }

    /** Returns the names of the threads that have ended though they should run. */
    List<String> died() {
        var others = Stream.of(appender.worker(), tailer.worker(), maintenance.worker());
        return Stream.concat(others, consumers.workers().stream())
                .filter(Worker::hasDied)
                .map(Worker::name)
                .toList();
    }

    @Override
    public void close() {
        appender.close();
        consumers.close();
        tailer.close();
        maintenance.close();
        signals.close();
        meters.close();
    }
}
