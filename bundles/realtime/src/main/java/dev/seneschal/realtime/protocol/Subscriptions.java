package dev.seneschal.realtime.protocol;

import dev.seneschal.api.access.Permissions;
import dev.seneschal.realtime.connection.Connection;
import dev.seneschal.realtime.connection.ConnectionSettings;
import dev.seneschal.realtime.connection.Feed;
import dev.seneschal.realtime.connection.Identity;
import dev.seneschal.realtime.hub.ChannelKey;
import dev.seneschal.realtime.hub.Form;
import dev.seneschal.realtime.hub.Hub;
import dev.seneschal.realtime.hub.Joined;
import dev.seneschal.realtime.hub.Joined.Recovery;
import dev.seneschal.realtime.hub.LogAwayException;
import dev.seneschal.realtime.hub.StreamPosition;
import dev.seneschal.realtime.hub.TooManyChannelsException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The channels one client has subscribed to. */
final class Subscriptions {

    /** Bit of {@code flag}: answer with an error when the position cannot be recovered. */
    private static final int REJECT_UNRECOVERED = 2;

    private static final int INSUFFICIENT_STATE = 2500;

    private final Connection connection;
    private final Hub hub;
    private final ConnectionSettings settings;

    /** By channel. Guarded by itself. */
    private final Map<String, Feed> present = new HashMap<>();

    private boolean closed;

    Subscriptions(Connection connection, Hub hub, ConnectionSettings settings) {
        this.connection = connection;
        this.hub = hub;
        this.settings = settings;
    }

    void subscribe(Command command, Identity identity) throws ProtocolException {
        var channel = command.text("channel");
        if (channel.isEmpty()) {
            throw new ProtocolException("A subscription needs a channel.");
        }
        var from = command.flag("recover") ? new StreamPosition(command.text("epoch"), command.number("offset")) : null;
        boolean reject = (command.number("flag") & REJECT_UNRECOVERED) != 0;
        var error = refusal(command, channel, identity);
        if (error != null) {
            connection.push(Replies.error(command.id(), error));
            return;
        }
        var subscription = new Feed(
                connection,
                publication -> publication.as(Form.PUSH),
                settings.queueBytes(),
                it -> resubscribe(channel, it));
        error = join(command.id(), new ChannelKey(identity.tenant(), channel), from, reject, subscription);
        if (error != null) {
            remove(channel, subscription);
            connection.push(Replies.error(command.id(), error));
        }
    }

    private ErrorCode refusal(Command command, String channel, Identity identity) throws ProtocolException {
        if (!ChannelKey.wellFormed(channel)) {
            return ErrorCode.BAD_REQUEST;
        }
        if (command.number("type") != 0 || command.has("tf")) {
            return ErrorCode.NOT_AVAILABLE;
        }
        if (!identity.caller().may(Permissions.REALTIME_SUBSCRIBE)) {
            return ErrorCode.PERMISSION_DENIED;
        }
        synchronized (present) {
            if (present.containsKey(channel)) {
                return ErrorCode.ALREADY_SUBSCRIBED;
            }
            return present.size() >= settings.maxChannels() ? ErrorCode.LIMIT_EXCEEDED : null;
        }
    }

    /** Returns what stood against it, or null if the client has its reply. */
    private ErrorCode join(long id, ChannelKey key, StreamPosition from, boolean reject, Feed subscription) {
        synchronized (present) {
            if (closed) {
                return ErrorCode.INTERNAL;
            }
            present.put(key.name(), subscription);
        }
        Joined joined;
        try {
            joined = hub.join(key, from, subscription);
        } catch (LogAwayException e) {
            return ErrorCode.INTERNAL;
        } catch (TooManyChannelsException e) {
            return ErrorCode.LIMIT_EXCEEDED;
        }
        ErrorCode error = null;
        if (joined.recovery() == Recovery.UNRECOVERABLE && reject) {
            error = ErrorCode.UNRECOVERABLE_POSITION;
        } else if (!subscription.begin(joined, Replies.subscribed(id, joined))) {
            error = ErrorCode.TOO_MANY_REQUESTS;
        }
        if (error != null || isClosed()) {
            joined.membership().leave();
        }
        return error;
    }

    void unsubscribe(Command command) throws ProtocolException {
        var channel = command.text("channel");
        if (channel.isEmpty()) {
            throw new ProtocolException("Unsubscribing needs a channel.");
        }
        Feed leaving;
        synchronized (present) {
            leaving = present.remove(channel);
        }
        if (leaving != null) {
            leaving.end();
        }
        connection.push(Replies.unsubscribed(command.id()));
    }

    /** Tells the client that it must subscribe anew, for it has missed publications that cannot be had any more. */
    private void resubscribe(String channel, Feed loser) {
        synchronized (present) {
            if (!present.remove(channel, loser)) {
                return;
            }
        }
        connection.push(Replies.unsubscribePush(channel, INSUFFICIENT_STATE, "insufficient state"));
    }

    private void remove(String channel, Feed subscription) {
        synchronized (present) {
            present.remove(channel, subscription);
        }
    }

    private boolean isClosed() {
        synchronized (present) {
            return closed;
        }
    }

    int count() {
        synchronized (present) {
            return present.size();
        }
    }

    void close() {
        List<Feed> leaving;
        synchronized (present) {
            closed = true;
            leaving = List.copyOf(present.values());
            present.clear();
        }
        leaving.forEach(Feed::end);
    }
}
