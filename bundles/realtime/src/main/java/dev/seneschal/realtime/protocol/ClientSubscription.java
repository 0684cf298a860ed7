package dev.seneschal.realtime.protocol;

import dev.seneschal.realtime.connection.Connection;
import dev.seneschal.realtime.connection.Disconnect;
import dev.seneschal.realtime.hub.Form;
import dev.seneschal.realtime.hub.Joined;
import dev.seneschal.realtime.hub.Publication;
import dev.seneschal.realtime.hub.Subscriber;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * One client's subscription to one channel. Live publications that arrive before the reply wait here; every publication goes
 * out once and in order, by offset.
 */
final class ClientSubscription implements Subscriber {

    private final Connection connection;
    private final Consumer<ClientSubscription> lost;
    private final int limitBytes;

    /** What came before the reply; null from then on. Guarded by this, as is all below. */
    private List<Publication> early = new ArrayList<>();

    private long earlyBytes;
    private long position;
    private boolean over;
    private Joined.Membership membership;

    ClientSubscription(Connection connection, int limitBytes, Consumer<ClientSubscription> lost) {
        this.connection = connection;
        this.limitBytes = limitBytes;
        this.lost = lost;
    }

    @Override
    public synchronized void publication(Publication publication) {
        if (over) {
            return;
        }
        if (early == null) {
            deliver(publication);
            return;
        }
        early.add(publication);
        earlyBytes += publication.weight();
        if (earlyBytes > limitBytes) {
            over = true;
            early = null;
            connection.cut(Disconnect.SLOW);
        }
    }

    private void deliver(Publication publication) {
        if (publication.offset() > position) {
            position = publication.offset();
            connection.push(publication.as(Form.PUSH));
        }
    }

    @Override
    public synchronized void lost() {
        over = true;
        connection.inTurn(() -> lost.accept(this));
    }

    /**
     * Writes the reply, then what came before it, and goes live.
     *
     * @return false, with nothing written, if too much history waits for this client already
     */
    synchronized boolean begin(Joined joined, byte[] reply) {
        membership = joined.membership();
        if (joined.missed().isEmpty()) {
            connection.push(reply);
        } else if (!connection.outbox().bulk(reply)) {
            over = true;
            return false;
        }
        position = joined.position();
        if (early != null) {
            early.forEach(this::deliver);
            early = null;
        }
        return true;
    }

    /** Ends it: nothing is written for it any more. */
    void end() {
        Joined.Membership leaving;
        synchronized (this) {
            over = true;
            leaving = membership;
        }
        if (leaving != null) { // outside the lock: the channel's lock comes before this one
            leaving.leave();
        }
    }
}
