package dev.seneschal.api.realtime;

import dev.seneschal.api.tenant.TenantId;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.osgi.annotation.versioning.ProviderType;

/** The live channels of this node. Safe for use by any thread. */
@ProviderType
public interface Channels {

    /**
     * Publishes to the present subscribers of a channel whose history is in memory only, such as {@code metrics:host}.
     * What must not be lost is appended to the event log instead, and reaches its channel from there.
     *
     * @param data JSON text
     */
    void publish(TenantId tenant, String channel, String data);

    /** Returns the open connections, oldest first. */
    List<Connection> connections();

    /** Returns the channels that have subscribers, by tenant and name. */
    List<Channel> channels();

    /**
     * An open connection.
     *
     * @param client its identifier
     * @param tenant for which tenant it listens
     * @param user who opened it
     * @param transport {@code websocket}, {@code sse}, {@code http_stream}, or {@code stream} for a plain event stream
     * @param remote the peer's address
     * @param channels how many channels it has subscribed to
     * @param queuedBytes what waits to be written to it
     * @param since when it was opened
     */
    record Connection(
            UUID client,
            TenantId tenant,
            String user,
            String transport,
            String remote,
            int channels,
            long queuedBytes,
            Instant since) {}

    /**
     * A channel with subscribers.
     *
     * @param tenant whose channel it is
     * @param name its name
     * @param subscribers how many connections have subscribed to it
     * @param epoch names this history of the channel
     * @param offset the newest publication's offset
     */
    record Channel(TenantId tenant, String name, int subscribers, String epoch, long offset) {}
}
