package dev.seneschal.eventlog.append;

import dev.seneschal.api.event.LogBusyException;
import dev.seneschal.api.tenant.TenantId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where requests wait for the next group, up to a bound that includes the group being written. Those of one tenant keep
 * their order; the tenants take turns, a request each. Safe for use by any thread.
 *
 * <p>A tenant may occupy so many times the room that is still free: alone three quarters of it, and the less the more
 * others wait. So there is always some left for one that has nothing waiting.
 */
final class WaitingRoom {

    private static final int TIMES_THE_FREE_ROOM = 3;

    private final AppendLimits limits;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final Map<TenantId, Line> lines = new HashMap<>();
    /** The lines in which somebody waits, by whose turn it is. */
    private final Deque<Line> turns = new ArrayDeque<>();

    private long events;
    private long bytes;
    private boolean closed;

    /** One tenant's requests, and the room it occupies with them and with those being written. */
    private static final class Line {
        private final Deque<Request> requests = new ArrayDeque<>();
        private long events;
        private long bytes;
    }

    WaitingRoom(AppendLimits limits) {
        this.limits = limits;
    }

    /** @throws LogBusyException if there is no room for the request, or the log stops */
    void enter(Request request) {
        lock.lock();
        try {
            if (closed) {
                throw new LogBusyException("The event log stops; try again shortly.");
            }
            var line = lines.getOrDefault(request.tenant(), new Line());
            if (!fits(line.events, request.size(), limits.waitingEvents() - events)
                    || !fits(line.bytes, request.bytes(), limits.waitingBytes() - bytes)) {
                throw new LogBusyException("The event log has " + events + " events and " + bytes
                        + " bytes waiting, " + line.events + " and " + line.bytes + " of them yours; there is no room"
                        + " for " + request.size() + " events of " + request.bytes() + " bytes. Try again shortly.");
            }
            lines.put(request.tenant(), line);
            if (line.requests.isEmpty()) {
                turns.add(line);
            }
            line.requests.add(request);
            occupy(line, request.size(), request.bytes());
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }

    private static boolean fits(long occupied, long more, long free) {
        return more <= free && (occupied == 0 || occupied + more <= TIMES_THE_FREE_ROOM * free);
    }

    private void occupy(Line line, long moreEvents, long moreBytes) {
        line.events += moreEvents;
        line.bytes += moreBytes;
        events += moreEvents;
        bytes += moreBytes;
    }

    /** Waits for requests and takes as many as make a group; none if the room is closed and empty. */
    List<Request> nextGroup() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (turns.isEmpty() && !closed) {
                arrived.await();
            }
            return take(limits.groupEvents());
        } finally {
            lock.unlock();
        }
    }

    /** Takes everyone who waits. They still occupy their room, until they {@link #leave}. */
    List<Request> everyone() {
        lock.lock();
        try {
            return take(Long.MAX_VALUE);
        } finally {
            lock.unlock();
        }
    }

    /** Takes requests with that many events at most, but one in any case. */
    private List<Request> take(long most) {
        var taken = new ArrayList<Request>();
        long left = most;
        while (!turns.isEmpty()) {
            var line = turns.peek();
            int size = line.requests.peek().size();
            if (size > left && !taken.isEmpty()) {
                break;
            }
            left -= size;
            taken.add(line.requests.poll());
            turns.poll();
            if (!line.requests.isEmpty()) {
                turns.add(line);
            }
        }
        return taken;
    }

    /** Gives back the room of requests that were taken. */
    void leave(List<Request> taken) {
        lock.lock();
        try {
            for (var request : taken) {
                var line = lines.get(request.tenant());
                occupy(line, -request.size(), -request.bytes());
                if (line.events == 0) {
                    lines.remove(request.tenant());
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Returns how many events wait or are being written. */
    long events() {
        lock.lock();
        try {
            return events;
        } finally {
            lock.unlock();
        }
    }

    /** Returns how much memory they hold, about. */
    long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    /** Lets nobody in any more. */
    void close() {
        lock.lock();
        try {
            closed = true;
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
