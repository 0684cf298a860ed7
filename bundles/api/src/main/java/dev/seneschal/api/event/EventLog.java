package dev.seneschal.api.event;

import dev.seneschal.api.tenant.TenantId;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The durable log: events in one gap-free order per tenant and channel.
 *
 * <p>Safe for use by any thread.
 */
@ProviderType
public interface EventLog {

    /**
     * Appends the events, all or none, in the order given, together with what other callers append at the same time.
     *
     * <p>The stage completes after the commit. It fails with {@link InvalidEventException} if an event is malformed, with
     * {@link dev.seneschal.api.storage.StorageUnavailableException} if the database cannot be reached or cannot write, as
     * with a full disk, and with {@link LogBusyException} if more is waiting than the configured bound. Appending an event that is in the log
     * already changes nothing and reports its place.
     *
     * @param tenant an existing tenant
     * @param events 1 to 10,000 events
     */
    CompletionStage<List<Position>> append(TenantId tenant, List<CloudEvent> events);

    /** Returns the head of a channel; a channel without events has offset 0, and an epoch that stays. */
    ChannelHead head(TenantId tenant, String channel);

    /** Returns the heads of all channels of the tenant, by name. */
    List<ChannelHead> channels(TenantId tenant);

    /**
     * Reads events in order.
     *
     * @param after the offset after which to begin, 0 for the oldest
     * @param limit how many at most, 1 to 10,000
     */
    List<StoredEvent> read(TenantId tenant, String channel, long after, int limit);

    /** Returns how far every durable consumer has come. */
    List<ConsumerState> consumers();

    /**
     * Follows the log from its present end, on this node, without a durable position: for live views. Events of one
     * channel arrive once and in order; batches of all tenants and channels arrive one after the other on one thread.
     *
     * @param follower must return fast; what it throws is logged and it goes on with the next batch
     * @return ends the following; no call begins after close has returned
     * @throws IllegalStateException once the log has stopped
     */
    Following follow(Follower follower);

    /** Receives what is appended. */
    @FunctionalInterface
    interface Follower {
        /** Takes the next events; all are of one tenant and channel. */
        void accept(List<StoredEvent> events);
    }

    /** A following begun with {@link #follow}. */
    @ProviderType
    interface Following extends AutoCloseable {
        @Override
        void close();
    }
}
