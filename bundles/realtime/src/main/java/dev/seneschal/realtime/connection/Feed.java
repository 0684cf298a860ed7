package dev.seneschal.realtime.connection;

import dev.seneschal.realtime.hub.Joined;
import dev.seneschal.realtime.hub.Publication;
import dev.seneschal.realtime.hub.Subscriber;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What one client gets of one channel. Live publications that arrive before the client has its answer wait here; every
 * publication goes out once and in order, by offset. Safe for use by any thread.
 */
public final class Feed implements Subscriber {

    private final Connection connection;
    private final Consumer<Feed> lost;
    private final Function<Publication, byte[]> form;
    private final int limitBytes;

    /** What came before the reply; null from then on. Guarded by this, as is all below. */
    private List<Publication> early = new ArrayList<>();

    private long earlyBytes;
    private long position;
    private boolean over;
    private Joined.Membership membership;

    /**
     * Makes a feed; it has yet to be joined to a channel.
     *
     * @param form writes a publication for this client
     * @param limitBytes how much may arrive before the client has its answer
     * @param lost runs in turn with what the client sends, when publications are lost to it
     */
    public Feed(Connection connection, Function<Publication, byte[]> form, int limitBytes, Consumer<Feed> lost) {
        this.connection = connection;
        this.form = form;
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
            connection.push(form.apply(publication));
        }
    }

    @Override
    public synchronized void lost() {
        over = true;
        connection.inTurn(() -> lost.accept(this));
    }

    /**
     * Writes the answer, then what came before it, and goes live.
     *
     * @param reply the answer, with the missed publications; possibly nothing
     * @return false, with nothing written, if too much history waits for this client already
     */
    public synchronized boolean begin(Joined joined, byte[] reply) {
        membership = joined.membership();
        if (joined.missed().isEmpty()) {
            if (reply.length > 0) {
                connection.push(reply);
            }
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
    public void end() {
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
