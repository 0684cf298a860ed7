package dev.seneschal.eventlog.append;

import java.util.Set;

/** Another transaction holds channels of the group for too long; nothing was written. */
final class ChannelsHeldException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Set<Long> channels;

    ChannelsHeldException(Set<Long> channels, Throwable cause) {
        super("Channels are held by another transaction: " + channels, cause);
        this.channels = channels;
    }

    /** Returns the channels' rows. */
    Set<Long> channels() {
        return channels;
    }
}
