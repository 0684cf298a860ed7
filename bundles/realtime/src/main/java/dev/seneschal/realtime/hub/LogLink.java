package dev.seneschal.realtime.hub;

import dev.seneschal.api.event.ChannelHead;
import dev.seneschal.api.event.EventLog;
import dev.seneschal.api.event.StoredEvent;
import dev.seneschal.api.storage.StorageUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to the event log, which comes and goes: follows it while it is there, reads from it, and lets topics catch up.
 * Following and catching up happen on the one thread of the scheduler; reads on the caller's.
 */
final class LogLink implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LogLink.class);

    /** After a failed read others fail at once for this long, so that a database that is away costs few threads their time. */
    private static final Duration COOL_DOWN = Duration.ofMillis(500);

    private static final Duration RETRY = Duration.ofMillis(600);

    private final ScheduledExecutorService scheduler;
    private final Consumer<List<StoredEvent>> feed;
    private final Runnable arrived;

    private volatile EventLog log;
    private volatile long failedAtNanos = System.nanoTime() - COOL_DOWN.toNanos();
    private volatile boolean failing;
    private EventLog.Following following;
    private EventLog followed;

    LogLink(ScheduledExecutorService scheduler, Consumer<List<StoredEvent>> feed, Runnable arrived) {
        this.scheduler = scheduler;
        this.feed = feed;
        this.arrived = arrived;
    }

    void arrived(EventLog newLog) {
        scheduler.execute(() -> follow(newLog));
    }

    void gone(EventLog oldLog) {
        if (log == oldLog) { // the very instance: a swap announces the new one before the old one goes
            log = null;
        }
        try {
            scheduler.execute(() -> {
                if (followed == oldLog) {
                    unfollow();
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("The log goes when the hub has closed and follows nothing any more");
        }
    }

    /** Reading is allowed only once the feed runs: what is appended after a read is then certain to be heard of. */
    private void follow(EventLog newLog) {
        unfollow();
        try {
            following = newLog.follow(feed::accept);
        } catch (RuntimeException e) {
            LOG.warn("The event log cannot be followed; trying again. cause={}", e.toString());
            later(() -> follow(newLog));
            return;
        }
        followed = newLog;
        failing = false;
        log = newLog;
        arrived.run();
    }

    private void unfollow() {
        if (following != null) {
            following.close();
            following = null;
            followed = null;
        }
    }

    boolean present() {
        return log != null && !failing;
    }

    /** Throws unless the log is there. */
    void require() {
        if (log == null) {
            throw new LogAwayException("The event log is away.", null);
        }
    }

    ChannelHead head(ChannelKey key) {
        return ask(key, present -> present.head(key.tenant(), key.name()));
    }

    List<StoredEvent> read(ChannelKey key, long after, int limit) {
        return ask(key, present -> present.read(key.tenant(), key.name(), after, limit));
    }

    private <T> T ask(ChannelKey key, Function<EventLog, T> question) {
        var present = log;
        if (present == null) {
            throw new LogAwayException("The event log is away.", null);
        }
        if (failing && System.nanoTime() - failedAtNanos < COOL_DOWN.toNanos()) {
            throw new LogAwayException("The event log could not be read a moment ago.", null);
        }
        try {
            var answer = question.apply(present);
            if (failing) {
                failing = false;
                LOG.info("The event log can be read again.");
            }
            return answer;
        } catch (RuntimeException e) {
            failedAtNanos = System.nanoTime();
            if (!failing) {
                failing = true;
                later(() -> probe(key));
                if (e instanceof StorageUnavailableException) {
                    LOG.warn("The event log cannot be read; subscriptions wait. cause={}", e.toString());
                } else {
                    LOG.warn("The event log cannot be read; subscriptions wait.", e);
                }
            }
            throw new LogAwayException("The event log could not be read.", e);
        }
    }

    /** Finds out when the log can be read again, also if nobody else asks. */
    private void probe(ChannelKey key) {
        try {
            if (failing && log != null) {
                head(key);
            }
        } catch (LogAwayException e) {
            later(() -> probe(key));
        }
    }

    /** Lets the topic read until it has caught up. */
    void catchUp(LogTopic topic) {
        try {
            scheduler.execute(() -> readOn(topic));
        } catch (RejectedExecutionException e) {
            LOG.debug("channel={} stays behind: the hub is closing", topic.key().name());
        }
    }

    private void readOn(LogTopic topic) {
        try {
            if (!topic.readOn()) {
                catchUp(topic);
            }
        } catch (LogAwayException e) {
            later(() -> readOn(topic));
        }
    }

    private void later(Runnable task) {
        try {
            var unused = scheduler.schedule(task, RETRY.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("Nothing is tried again: the hub is closing");
        }
    }

    /** Ends the following, on the scheduler's thread, and waits for it. */
    @Override
    public void close() {
        log = null;
        try {
            scheduler.submit(this::unfollow).get(2, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("The following of the event log did not end in order. cause={}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
