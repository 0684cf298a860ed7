package dev.seneschal.realtime.transport;

import dev.seneschal.realtime.connection.Connection;
import dev.seneschal.realtime.connection.ConnectionSettings;
import dev.seneschal.realtime.connection.Disconnect;
import dev.seneschal.realtime.connection.Feed;
import dev.seneschal.realtime.connection.Identity;
import dev.seneschal.realtime.connection.Peer;
import dev.seneschal.realtime.hub.ChannelKey;
import dev.seneschal.realtime.hub.Form;
import dev.seneschal.realtime.hub.Hub;
import dev.seneschal.realtime.hub.Joined;
import dev.seneschal.realtime.hub.Joined.Recovery;
import dev.seneschal.realtime.hub.Publication;
import dev.seneschal.realtime.hub.StreamPosition;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Plain server-sent events of some channels, for {@code EventSource} and {@code curl -N}. The id of each event is the
 * position in all of them, so that {@code Last-Event-ID} recovers.
 */
final class EventStream implements Peer {

    private static final byte[] HEARTBEAT = bytes(": heartbeat\n\n");

    private final Connection connection;
    private final ConnectionSettings settings;
    private final List<Feed> feeds = new ArrayList<>();

    /** Where the client stands, by channel in the order it asked for them. Guarded by itself. */
    private final Map<String, StreamPosition> positions = new LinkedHashMap<>();

    private volatile boolean live;
    private volatile long nextHeartbeatNanos;

    EventStream(Connection connection, ConnectionSettings settings) {
        this.connection = connection;
        this.settings = settings;
        this.nextHeartbeatNanos = System.nanoTime() + settings.ping().toNanos();
    }

    /** Joins the channels, then writes the beginning of the stream and what was missed. */
    void join(Hub hub, Identity identity, Map<String, StreamPosition> from) {
        from.forEach((channel, position) -> positions.put(channel, new StreamPosition("", 0)));
        var joined = new LinkedHashMap<Feed, Joined>();
        try {
            for (var channel : from.entrySet()) {
                var feed = new Feed(connection, this::event, settings.queueBytes(), this::lost);
                joined.put(
                        feed, hub.join(new ChannelKey(identity.tenant(), channel.getKey()), channel.getValue(), feed));
                feeds.add(feed);
            }
        } catch (RuntimeException e) {
            joined.values().forEach(done -> done.membership().leave());
            throw e;
        }
        var names = List.copyOf(from.keySet());
        int index = 0;
        for (var done : joined.values()) {
            positions.put(names.get(index++), new StreamPosition(done.epoch(), done.offset()));
        }
        connection.push(bytes("retry: 2000\nid: " + id() + "\n\n"));
        index = 0;
        for (var one : joined.entrySet()) {
            begin(one.getKey(), names.get(index++), one.getValue());
        }
        live = true;
    }

    private void begin(Feed feed, String channel, Joined joined) {
        var missed = new ByteArrayOutputStream();
        if (joined.recovery() == Recovery.UNRECOVERABLE) {
            missed.writeBytes(bytes("event: unrecovered\ndata: " + channel + "\n\n"));
        }
        joined.missed().forEach(publication -> missed.writeBytes(event(publication)));
        if (!feed.begin(joined, missed.toByteArray())) {
            connection.cut(Disconnect.TOO_MANY_REQUESTS);
        }
    }

    private byte[] event(Publication publication) {
        String head;
        synchronized (positions) {
            positions.put(publication.channel(), new StreamPosition(publication.epoch(), publication.offset()));
            head = (positions.size() > 1 ? "event: " + publication.channel() + "\n" : "") + "id: " + id() + "\n";
        }
        var event = new ByteArrayOutputStream();
        event.writeBytes(bytes(head));
        event.writeBytes(publication.as(Form.EVENT_DATA));
        return event.toByteArray();
    }

    private String id() {
        synchronized (positions) {
            return positions.values().stream()
                    .map(position -> position.epoch() + ":" + position.offset())
                    .collect(Collectors.joining(","));
        }
    }

    /** The client comes back with its position and is told then that it cannot be recovered. */
    private void lost(Feed feed) {
        connection.disconnect(Disconnect.INSUFFICIENT_STATE);
    }

    @Override
    public void received(String message) {
        throw new IllegalStateException("A client of a plain event stream cannot send.");
    }

    @Override
    public void tick(long nowNanos) {
        if (live && nowNanos - nextHeartbeatNanos > 0) {
            nextHeartbeatNanos = nowNanos + settings.ping().toNanos();
            connection.push(HEARTBEAT);
        }
    }

    @Override
    public int channels() {
        return positions.size();
    }

    @Override
    public void closed() {
        feeds.forEach(Feed::end);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
