package dev.seneschal.realtime.hub;

import dev.seneschal.api.event.ChannelHead;
import dev.seneschal.api.event.StoredEvent;
import java.util.ArrayList;
import java.util.List;

/**
 * A channel of the event log.
 *
 * <p>It dispatches strictly by offset. Whenever it does not see the next offset (the log was away or swapped, a batch was
 * missed) it stops taking live events and reads the log from where it stands until it has caught up with the newest event
 * it has heard of; so nothing is lost and nothing comes twice, whatever the live feed does.
 */
final class LogTopic extends Topic {

    private static final int READ_BATCH = 500;

    private final LogLink log;
    private final Object opening = new Object();

    /** The newest offset heard of. Under the lock. */
    private long heard;

    /** Whether live events are only heard of, because reading goes on. Under the lock. */
    private boolean behind;

    LogTopic(ChannelKey key, HubSettings settings, LogLink log) {
        super(key, settings);
        this.log = log;
    }

    @Override
    void open() {
        log.require();
        synchronized (opening) {
            if (isOpen()) {
                return;
            }
            var head = log.head(key());
            synchronized (this) {
                moveTo(head.epoch(), head.offset());
                checkBehind();
            }
        }
    }

    private synchronized boolean isOpen() {
        return epoch() != null;
    }

    /** Takes live events. */
    synchronized void live(List<StoredEvent> events) {
        heard = Math.max(heard, events.get(events.size() - 1).offset());
        if (epoch() == null || behind) {
            return;
        }
        take(events);
        checkBehind();
    }

    /** Doubts the live feed: from now on the topic reads, until it is sure to be where the log is. */
    synchronized void doubt() {
        if (epoch() != null && !behind) {
            behind = true;
            log.catchUp(this);
        }
    }

    /** Dispatches what continues from where the topic stands; stops at a gap. Under the lock. */
    private void take(List<StoredEvent> events) {
        for (var event : events) {
            if (event.offset() > top() + 1) {
                return;
            }
            if (event.offset() == top() + 1) {
                dispatch(publication(epoch(), event));
            }
        }
    }

    private void checkBehind() {
        if (heard > top() && !behind) {
            behind = true;
            log.catchUp(this);
        }
    }

    /**
     * Reads on from where the topic stands.
     *
     * @return whether it has caught up; otherwise this has to be called again
     */
    boolean readOn() {
        long from;
        synchronized (this) {
            from = top();
        }
        var head = log.head(key());
        var events = head.offset() > from ? log.read(key(), from, READ_BATCH) : List.<StoredEvent>of();
        synchronized (this) {
            if (!head.epoch().equals(epoch()) || head.offset() < from || gone(from, head, events)) {
                lose();
                moveTo(head.epoch(), head.offset());
                heard = head.offset();
                return false; // what was heard of meanwhile is of an unknown history: look once more
            }
            take(events);
            heard = Math.max(heard, head.offset());
            behind = heard > top();
            return !behind;
        }
    }

    private static boolean gone(long from, ChannelHead head, List<StoredEvent> events) {
        return head.offset() > from && (events.isEmpty() || events.get(0).offset() != from + 1);
    }

    @Override
    List<Publication> fetch(String epoch, long after, long upTo) {
        var found = new ArrayList<Publication>();
        long at = after;
        while (at < upTo) {
            var events = log.read(key(), at, (int) Math.min(READ_BATCH, upTo - at));
            if (events.isEmpty()) {
                break;
            }
            for (var event : events) {
                if (event.offset() != at + 1) {
                    return List.of();
                }
                found.add(publication(epoch, event));
                at = event.offset();
            }
        }
        return found;
    }

    @Override
    List<Publication> read(String epoch, long after, int limit) {
        return log.read(key(), after, limit).stream()
                .map(event -> publication(epoch, event))
                .toList();
    }

    @Override
    boolean existsElsewhere(long offset) {
        var head = log.head(key());
        if (head.offset() < offset) {
            return false;
        }
        synchronized (this) {
            heard = Math.max(heard, head.offset());
            checkBehind();
        }
        return true;
    }

    private static Publication publication(String epoch, StoredEvent event) {
        return new Publication(event.channel(), epoch, event.offset(), EventJson.of(event.event()));
    }
}
