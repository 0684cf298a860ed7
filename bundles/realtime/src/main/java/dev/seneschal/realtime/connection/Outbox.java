package dev.seneschal.realtime.connection;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * What waits to be written to one client: in order, by one writer at a time, bounded in bytes.
 *
 * <p>Adding never blocks and never writes: a writer thread takes all that has queued up by then and hands it to the wire in
 * one piece. So a burst costs few writes, and a single message is not delayed. Safe for use by any thread.
 */
public final class Outbox implements Wire.Outcome {

    private static final int BATCH_MESSAGES = 256;
    private static final int BATCH_BYTES = 64 * 1024;

    private final Wire wire;
    private final Executor writers;
    private final int limitBytes;
    private final int bulkLimitBytes;
    private final ArrayDeque<byte[]> queue = new ArrayDeque<>();

    /** Bytes in the queue and on the wire; of these, bulk bytes do not count against the limit. */
    private long waiting;

    private long bulk;
    private long inFlight;
    private boolean writing;
    private boolean ended;
    private Disconnect closing;

    /**
     * Makes the queue of one client.
     *
     * @param limitBytes how much may wait before the client counts as slow
     * @param bulkLimitBytes how much may wait beside that as answers to its own requests for history
     */
    public Outbox(Wire wire, Executor writers, int limitBytes, int bulkLimitBytes) {
        this.wire = wire;
        this.writers = writers;
        this.limitBytes = limitBytes;
        this.bulkLimitBytes = bulkLimitBytes;
    }

    /** Adds a message. Returns false, and adds nothing, if the client is too slow. */
    public synchronized boolean push(byte[] message) {
        if (closing != null || ended) {
            return true;
        }
        if (waiting - bulk > limitBytes) {
            return false;
        }
        add(message);
        return true;
    }

    /** Adds an answer that carries history. Returns false, and adds nothing, if too much history waits already. */
    public synchronized boolean bulk(byte[] message) {
        if (closing != null || ended) {
            return true;
        }
        if (bulk > 0 && bulk + message.length > bulkLimitBytes) {
            return false;
        }
        bulk += message.length;
        add(message);
        return true;
    }

    private void add(byte[] message) {
        queue.addLast(message);
        waiting += message.length;
        if (!writing) {
            writing = true;
            schedule();
        }
    }

    /** Closes the connection once all that waits is written. */
    public synchronized void finish(Disconnect reason) {
        if (closing != null || ended) {
            return;
        }
        closing = reason;
        if (!writing) {
            writing = true;
            schedule();
        }
    }

    /** Drops what waits and closes the connection. */
    public void cut(Disconnect reason) {
        synchronized (this) {
            if (ended) {
                return;
            }
            end();
        }
        try {
            writers.execute(() -> wire.close(reason));
        } catch (RejectedExecutionException e) {
            wire.abort();
        }
    }

    /** Drops what waits; the connection is closed already. */
    public synchronized void end() {
        ended = true;
        queue.clear();
        waiting = 0;
        bulk = 0;
    }

    /** Returns how much waits to be written. */
    public synchronized long waitingBytes() {
        return waiting;
    }

    private void schedule() {
        try {
            writers.execute(this::flush);
        } catch (RejectedExecutionException e) {
            end();
            wire.abort();
        }
    }

    private void flush() {
        List<byte[]> batch;
        Disconnect close = null;
        synchronized (this) {
            if (ended) {
                return;
            }
            batch = take();
            if (batch.isEmpty()) {
                writing = false;
                close = closing;
                if (close != null) {
                    end();
                }
            }
        }
        if (!batch.isEmpty()) {
            wire.send(batch, this);
        } else if (close != null) {
            wire.close(close);
        }
    }

    private List<byte[]> take() {
        var batch = new ArrayList<byte[]>(Math.min(queue.size(), BATCH_MESSAGES));
        inFlight = 0;
        while (!queue.isEmpty() && batch.size() < BATCH_MESSAGES && inFlight < BATCH_BYTES) {
            var message = queue.removeFirst();
            inFlight += message.length;
            batch.add(message);
        }
        return batch;
    }

    @Override
    public synchronized void written() {
        if (ended) {
            return;
        }
        waiting -= inFlight;
        if (!queue.isEmpty()) {
            schedule();
            return;
        }
        bulk = 0;
        if (closing != null) {
            schedule();
        } else {
            writing = false;
        }
    }

    @Override
    public void failed(Throwable cause) {
        end();
        wire.abort();
    }
}
