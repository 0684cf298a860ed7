package dev.seneschal.realtime.protocol;

import dev.seneschal.api.access.Permissions;
import dev.seneschal.realtime.connection.Identity;
import dev.seneschal.realtime.hub.ChannelKey;
import dev.seneschal.realtime.hub.Hub;
import dev.seneschal.realtime.hub.LogAwayException;
import dev.seneschal.realtime.hub.Range;
import dev.seneschal.realtime.hub.StreamPosition;
import dev.seneschal.realtime.hub.TooManyChannelsException;

/** Answers {@code history}: whoever may subscribe to a channel may read its past. */
final class Histories {

    private final Hub hub;

    Histories(Hub hub) {
        this.hub = hub;
    }

    byte[] answer(Command command, Identity identity) throws ProtocolException {
        var channel = command.text("channel");
        if (channel.isEmpty()) {
            throw new ProtocolException("A history is that of a channel.");
        }
        var range = range(command);
        if (!ChannelKey.wellFormed(channel)) {
            return Replies.error(command.id(), ErrorCode.BAD_REQUEST);
        }
        if (!identity.caller().may(Permissions.REALTIME_SUBSCRIBE)) {
            return Replies.error(command.id(), ErrorCode.PERMISSION_DENIED);
        }
        try {
            var past = hub.past(new ChannelKey(identity.tenant(), channel), range);
            return past == null
                    ? Replies.error(command.id(), ErrorCode.UNRECOVERABLE_POSITION)
                    : Replies.history(command.id(), past);
        } catch (LogAwayException e) {
            return Replies.error(command.id(), ErrorCode.INTERNAL);
        } catch (TooManyChannelsException e) {
            return Replies.error(command.id(), ErrorCode.LIMIT_EXCEEDED);
        }
    }

    private static Range range(Command command) throws ProtocolException {
        int limit = command.signed("limit");
        var since = command.part("since");
        return new Range(
                command.has("since") ? new StreamPosition(since.text("epoch"), since.number("offset")) : null,
                limit < 0 ? Integer.MAX_VALUE : limit,
                command.flag("reverse"));
    }
}
