package dev.seneschal.api.event;

/**
 * A place in a channel.
 *
 * @param channel the channel
 * @param epoch names one history of the channel; offsets of different epochs cannot be compared
 * @param offset the event's offset
 * @param duplicate whether the event was in the log already; the place is then that of the first one
 */
public record Position(String channel, String epoch, long offset, boolean duplicate) {}
