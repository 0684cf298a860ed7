package dev.seneschal.eventlog.append;

import dev.seneschal.api.event.LogBusyException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where requests wait for the next group, in the order they came, up to a bound that includes the group being written.
 * Safe for use by any thread.
 */
final class WaitingRoom {

    private final AppendLimits limits;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final Deque<Request> requests = new ArrayDeque<>();
    private long events;
    private long bytes;
    private boolean closed;

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
            if (events + request.size() > limits.waitingEvents() || bytes + request.bytes() > limits.waitingBytes()) {
                throw new LogBusyException("The event log has " + events + " events and " + bytes
                        + " bytes waiting; there is no room for " + request.size() + " events of " + request.bytes()
                        + " bytes. Try again shortly.");
            }
            requests.add(request);
            events += request.size();
            bytes += request.bytes();
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for requests and takes as many as make a group; none if the room is closed and empty. */
    List<Request> nextGroup() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (requests.isEmpty() && !closed) {
                arrived.await();
            }
            var group = new ArrayList<Request>();
            int size = 0;
            while (!requests.isEmpty()
                    && (group.isEmpty() || size + requests.peek().size() <= limits.groupEvents())) {
                size += requests.peek().size();
                group.add(requests.poll());
            }
            return group;
        } finally {
            lock.unlock();
        }
    }

    /** Takes everyone who waits. They still occupy their room, until they {@link #leave}. */
    List<Request> everyone() {
        lock.lock();
        try {
            var everyone = new ArrayList<>(requests);
            requests.clear();
            return everyone;
        } finally {
            lock.unlock();
        }
    }

    /** Gives back the room of requests that were taken. */
    void leave(List<Request> taken) {
        lock.lock();
        try {
            for (var request : taken) {
                events -= request.size();
                bytes -= request.bytes();
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
