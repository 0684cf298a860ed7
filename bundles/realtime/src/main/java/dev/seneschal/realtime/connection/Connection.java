package dev.seneschal.realtime.connection;

import dev.seneschal.api.realtime.Channels;
import dev.seneschal.realtime.thread.Lane;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client's connection. Safe for use by any thread. */
public final class Connection {

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    /** How long a client that does not read may keep a connection that the server has ended. */
    private static final long CLOSE_NANOS = 5_000_000_000L;

    private static final String ANONYMOUS = "";

    private final UUID client;
    private final String transport;
    private final String remote;
    private final Instant since;
    private final Wire wire;
    private final Outbox outbox;
    private final Lane lane;
    private final Peer peer;
    private final BiConsumer<Connection, Disconnect> ended;
    private final AtomicInteger unhandled = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicBoolean ending = new AtomicBoolean();

    private volatile Identity identity;
    private volatile Disconnect reason;
    private volatile long endedAtNanos;

    Connection(
            Opening opening,
            Instant since,
            UUID client,
            Outbox outbox,
            Lane lane,
            Function<Connection, Peer> protocol,
            BiConsumer<Connection, Disconnect> ended) {
        this.client = client;
        this.transport = opening.transport();
        this.remote = opening.remote();
        this.since = since;
        this.wire = opening.wire();
        this.outbox = outbox;
        this.lane = lane;
        this.ended = ended;
        this.peer = protocol.apply(this);
    }

    /**
     * What is known of a connection when it opens.
     *
     * @param transport its name
     * @param remote the peer's address
     * @param wire the way to the client
     */
    public record Opening(String transport, String remote, Wire wire) {}

    /** Returns its identifier. */
    public UUID client() {
        return client;
    }

    /** Returns its transport's name. */
    public String transport() {
        return transport;
    }

    /** Returns what waits to be written. */
    public Outbox outbox() {
        return outbox;
    }

    /** Returns whether it has been closed. */
    public boolean isClosed() {
        return closed.get();
    }

    /** Notes who is behind it. */
    public void identified(Identity who) {
        identity = who;
    }

    /** Returns whether the client has sent something that is not handled yet. */
    public boolean isBusy() {
        return unhandled.get() > 0;
    }

    /**
     * Takes a message of the client.
     *
     * @param consumed runs when it has been handled and the next one may be read
     */
    public void receive(String message, Runnable consumed) {
        unhandled.incrementAndGet();
        boolean added = lane.add(() -> {
            try {
                if (!ending.get()) {
                    peer.received(message);
                }
            } catch (RuntimeException e) {
                LOG.warn("A message could not be handled. client={}", client, e);
                disconnect(Disconnect.SERVER_ERROR);
            } finally {
                unhandled.decrementAndGet();
                consumed.run();
            }
        });
        if (!added) {
            unhandled.decrementAndGet();
            disconnect(Disconnect.TOO_MANY_REQUESTS);
        }
    }

    /** Runs a task of the protocol in turn with what the client sends. */
    public void inTurn(Runnable task) {
        if (!lane.add(task)) {
            disconnect(Disconnect.TOO_MANY_REQUESTS);
        }
    }

    /** Adds a message to what waits to be written; a client too slow for it is disconnected. */
    public void push(byte[] message) {
        if (!outbox.push(message)) {
            cut(Disconnect.SLOW);
        }
    }

    /** Ends the connection after all that waits has been written. Never blocks. */
    public void disconnect(Disconnect why) {
        if (begin(why)) {
            outbox.finish(why);
        }
    }

    /** Ends the connection without writing what waits. Never blocks. */
    public void cut(Disconnect why) {
        if (begin(why)) {
            outbox.cut(why);
        }
    }

    private boolean begin(Disconnect why) {
        if (!ending.compareAndSet(false, true)) {
            return false;
        }
        reason = why;
        endedAtNanos = System.nanoTime();
        return true;
    }

    /** Learns from the transport that the client is gone. */
    public void transportClosed() {
        ending.set(true);
        if (closed.compareAndSet(false, true)) {
            outbox.end();
            peer.closed();
            ended.accept(this, reason);
        }
    }

    void tick(long nowNanos) {
        if (!ending.get()) {
            peer.tick(nowNanos);
        } else if (reason != null && nowNanos - endedAtNanos > CLOSE_NANOS) {
            wire.abort();
        }
    }

    void abort() {
        wire.abort();
    }

    /** Returns what operators see of it, or null before it is known who is behind it. */
    public Channels.Connection describe() {
        var who = identity;
        return who == null
                ? null
                : new Channels.Connection(
                        client,
                        who.tenant(),
                        who.caller() == null ? ANONYMOUS : who.caller().name(),
                        transport,
                        remote,
                        peer.channels(),
                        outbox.waitingBytes(),
                        since);
    }
}
