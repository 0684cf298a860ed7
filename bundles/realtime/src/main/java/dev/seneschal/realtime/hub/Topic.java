package dev.seneschal.realtime.hub;

import dev.seneschal.api.realtime.Channels.Channel;
import dev.seneschal.realtime.hub.Joined.Recovery;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A channel on this node: where it stands, its newest publications, its subscribers. Everything about its order happens
 * under its own lock, which is held for memory operations only.
 */
abstract class Topic {

    private final ChannelKey key;
    private final HubSettings settings;
    private final History history;

    private final Set<Subscriber> subscribers = new LinkedHashSet<>();

    /** The subscribers as an array, made when the next publication needs it; null after a change. */
    private Subscriber[] audience;

    private String epoch;
    private long top;
    private boolean retired;
    private long idleSinceNanos = System.nanoTime();

    Topic(ChannelKey key, HubSettings settings) {
        this.key = key;
        this.settings = settings;
        this.history = new History(settings.historySize(), settings.historyBytes());
    }

    /** Makes the channel's position known, which may take a query. */
    abstract void open();

    /**
     * Fetches publications that have left the memory.
     *
     * @return those from {@code after + 1} to {@code upTo}, or fewer if they are gone
     */
    abstract List<Publication> fetch(String epoch, long after, long upTo);

    /** Reads what is left of the history after an offset, however old. May take a query. */
    abstract List<Publication> read(String epoch, long after, int limit);

    /** Returns whether the offset, beyond what this node has seen so far, exists. */
    abstract boolean existsElsewhere(long offset);

    final ChannelKey key() {
        return key;
    }

    /**
     * Subscribes.
     *
     * @param from the position to recover, or null
     * @return how it began, or null if this topic was retired in between and another has to be made
     */
    final Joined join(Subscriber subscriber, StreamPosition from) {
        open();
        String joinedEpoch;
        long joinedTop;
        List<Publication> missed = null;
        synchronized (this) {
            if (retired) {
                return null;
            }
            attach(subscriber);
            joinedEpoch = epoch;
            joinedTop = top;
            if (from != null && from.offset() <= top && history.covers(from.offset(), top)) {
                missed = history.after(from.offset());
            }
        }
        try {
            return joined(subscriber, from, joinedEpoch, joinedTop, missed);
        } catch (RuntimeException e) {
            leave(subscriber);
            throw e;
        }
    }

    private Joined joined(
            Subscriber subscriber, StreamPosition from, String epoch, long top, List<Publication> cached) {
        if (from == null) {
            return new Joined(epoch, top, Recovery.NOT_ASKED, List.of(), () -> leave(subscriber));
        }
        var missed = recover(from, epoch, top, cached);
        return missed == null
                ? new Joined(epoch, top, Recovery.UNRECOVERABLE, List.of(), () -> leave(subscriber))
                : new Joined(epoch, from.offset(), Recovery.RECOVERED, missed, () -> leave(subscriber));
    }

    private List<Publication> recover(StreamPosition from, String epoch, long top, List<Publication> cached) {
        if (!from.epoch().isEmpty() && !from.epoch().equals(epoch)) {
            return null;
        }
        if (from.offset() > top) {
            return existsElsewhere(from.offset()) ? List.of() : null;
        }
        long count = top - from.offset();
        if (count > settings.recoverySize()) {
            return null;
        }
        var missed = cached != null ? cached : fetch(epoch, from.offset(), top);
        boolean whole = missed.size() == count && (count == 0 || missed.get(0).offset() == from.offset() + 1);
        boolean fits = missed.stream().mapToLong(Publication::weight).sum() <= settings.recoveryBytes();
        return whole && fits ? missed : null;
    }

    /** Returns a part of the history, or null if the range begins in another one. */
    final Past past(Range range) {
        open();
        String openEpoch;
        long openTop;
        synchronized (this) {
            openEpoch = epoch;
            openTop = top;
            used();
        }
        var since = range.since();
        if (since != null && !since.epoch().isEmpty() && !since.epoch().equals(openEpoch)) {
            return null;
        }
        var found = range.limit() == 0 ? List.<Publication>of() : read(openEpoch, openTop, range);
        return new Past(openEpoch, openTop, found);
    }

    private List<Publication> read(String epoch, long top, Range range) {
        int limit = Math.min(range.limit(), settings.pageSize());
        long before = range.since() == null
                ? top + 1
                : Math.min(top + 1, range.since().offset());
        long after = range.since() == null ? 0 : range.since().offset();
        long from = range.reverse() ? Math.max(0, before - 1 - limit) : after;
        long upTo = range.reverse() ? before - 1 : top;
        var found = new ArrayList<Publication>();
        for (var publication : read(epoch, from, limit)) {
            if (publication.offset() <= upTo) {
                found.add(publication);
            }
        }
        if (range.reverse()) {
            Collections.reverse(found);
        }
        return fitting(found);
    }

    /** Leaves out what comes last if the answer would be too large; one publication always fits. */
    private List<Publication> fitting(List<Publication> found) {
        long bytes = 0;
        for (int i = 0; i < found.size(); i++) {
            bytes += found.get(i).weight();
            if (bytes > settings.pageBytes() && i > 0) {
                return found.subList(0, i);
            }
        }
        return found;
    }

    /** Returns what is in memory after the offset. Under the lock. */
    final List<Publication> remembered(long after) {
        return history.after(after);
    }

    private synchronized void attach(Subscriber subscriber) {
        subscribers.add(subscriber);
        audience = null;
    }

    private synchronized void leave(Subscriber subscriber) {
        subscribers.remove(subscriber);
        audience = null;
        idleSinceNanos = System.nanoTime();
    }

    /** Sets where the channel stands. What was in memory belongs to another place and is dropped. Under the lock. */
    final void moveTo(String newEpoch, long newTop) {
        epoch = newEpoch;
        top = newTop;
        history.clear();
    }

    /** Hands the next publication to everyone. Under the lock. */
    final void dispatch(Publication publication) {
        top = publication.offset();
        history.add(publication);
        for (var subscriber : audience()) {
            subscriber.publication(publication);
        }
    }

    private Subscriber[] audience() {
        if (audience == null) {
            audience = subscribers.toArray(Subscriber[]::new);
        }
        return audience;
    }

    /** Lets everyone know that publications are lost to them. Under the lock. */
    final void lose() {
        var losers = audience();
        subscribers.clear();
        audience = null;
        idleSinceNanos = System.nanoTime();
        for (var loser : losers) {
            loser.lost();
        }
    }

    /** Retires the topic if nobody has listened for the linger time. Returns whether it is retired. */
    final synchronized boolean retireIfIdle(long nowNanos) {
        if (subscribers.isEmpty()
                && nowNanos - idleSinceNanos >= settings.linger().toNanos()) {
            retired = true;
        }
        return retired;
    }

    /** Notes that the topic is in use although nobody listens. Under the lock. */
    final void used() {
        idleSinceNanos = System.nanoTime();
    }

    final synchronized Channel describe() {
        return new Channel(key.tenant(), key.name(), subscribers.size(), epoch == null ? "" : epoch, top);
    }

    /** Returns the history's name, or null while the topic is not open. Under the lock. */
    final String epoch() {
        return epoch;
    }

    /** Returns the newest offset this node has seen. Under the lock. */
    final long top() {
        return top;
    }
}
