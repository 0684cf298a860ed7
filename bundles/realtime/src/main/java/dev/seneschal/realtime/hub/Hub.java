package dev.seneschal.realtime.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.seneschal.api.event.EventLog;
import dev.seneschal.api.event.StoredEvent;
import dev.seneschal.api.realtime.Channels.Channel;
import dev.seneschal.realtime.thread.Threads;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * The channels of this node. Safe for use by any thread.
 *
 * <p>A channel exists here while it has subscribers and a while longer. The event log may come and go at any time: channels
 * keep their subscribers, and catch up when it is back.
 */
public final class Hub implements AutoCloseable {

    private final HubSettings settings;
    private final ConcurrentHashMap<ChannelKey, Topic> topics = new ConcurrentHashMap<>();
    private final ScheduledThreadPoolExecutor scheduler;
    private final LogLink log;
    private final ObjectMapper mapper = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private final LongAdder publications = new LongAdder();

    /** Prepares; {@link #start} begins to let idle channels go. */
    public Hub(HubSettings settings) {
        this.settings = settings;
        this.scheduler = new ScheduledThreadPoolExecutor(1, Threads.named("realtime-hub"));
        scheduler.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        this.log = new LogLink(scheduler, this::live, this::doubtAll);
    }

    /** Begins to let idle channels go. */
    public void start() {
        var unused = scheduler.scheduleWithFixedDelay(this::retireIdle, 5, 5, TimeUnit.SECONDS);
    }

    /** Uses this log from now on. */
    public void logArrived(EventLog eventLog) {
        log.arrived(eventLog);
    }

    /** Uses this log no longer. */
    public void logGone(EventLog eventLog) {
        log.gone(eventLog);
    }

    /** Returns whether the log is there and could be read when it was last tried. */
    public boolean logPresent() {
        return log.present();
    }

    /**
     * Subscribes. Publications may reach the subscriber before this returns; some of them may be among those returned.
     *
     * @param from the position to recover, or null
     * @throws LogAwayException if the channel's history cannot be reached
     * @throws TooManyChannelsException if this node carries as many channels as it may
     */
    public Joined join(ChannelKey key, StreamPosition from, Subscriber subscriber) {
        while (true) {
            var joined = topic(key).join(subscriber, from);
            if (joined != null) {
                return joined;
            }
        }
    }

    /**
     * Returns a part of a channel's history, at most so much as the settings allow at once.
     *
     * @return null if the range begins in another history
     * @throws LogAwayException if the channel's history cannot be reached
     * @throws TooManyChannelsException if this node carries as many channels as it may
     */
    public Past past(ChannelKey key, Range range) {
        return topic(key).past(range);
    }

    /**
     * Publishes to a memory channel.
     *
     * @throws IllegalArgumentException if the data is not JSON or the channel's history is in the log
     */
    public void publish(ChannelKey key, String data) {
        if (!settings.inMemory(key.name())) {
            throw new IllegalArgumentException(
                    "The channel " + key.name() + " is not in a namespace of memory channels "
                            + settings.memoryNamespaces() + "; append to the event log instead.");
        }
        try {
            mapper.readTree(data);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("The data published to " + key.name() + " is not JSON.", e);
        }
        ((MemoryTopic) topic(key)).publish(data);
        publications.increment();
    }

    private Topic topic(ChannelKey key) {
        var present = topics.get(key);
        if (present != null) {
            return present;
        }
        if (topics.size() >= settings.maxChannels()) {
            throw new TooManyChannelsException(settings.maxChannels());
        }
        return topics.computeIfAbsent(
                key, k -> settings.inMemory(k.name()) ? new MemoryTopic(k, settings) : new LogTopic(k, settings, log));
    }

    private void live(List<StoredEvent> events) {
        if (events.isEmpty()) {
            return;
        }
        var first = events.get(0);
        if (topics.get(new ChannelKey(first.tenant(), first.channel())) instanceof LogTopic topic) {
            topic.live(events);
            publications.add(events.size());
        }
    }

    private void doubtAll() {
        for (var topic : topics.values()) {
            if (topic instanceof LogTopic logTopic) {
                logTopic.doubt();
            }
        }
    }

    private void retireIdle() {
        long now = System.nanoTime();
        topics.values().removeIf(topic -> topic.retireIfIdle(now));
    }

    /** Returns the channels that have subscribers, by tenant and name. */
    public List<Channel> channels() {
        return topics.values().stream()
                .map(Topic::describe)
                .filter(channel -> channel.subscribers() > 0)
                .sorted(Comparator.comparing(Channel::tenant).thenComparing(Channel::name))
                .toList();
    }

    /** Returns how many publications channels of this node have had. */
    public long publications() {
        return publications.sum();
    }

    @Override
    public void close() {
        log.close();
        Threads.stop(scheduler);
    }
}
