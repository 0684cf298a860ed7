package dev.seneschal.api.event;

import dev.seneschal.api.tenant.TenantId;

/**
 * The end of a channel.
 *
 * @param tenant whose channel it is
 * @param channel its name
 * @param epoch names this history of the channel
 * @param offset the offset of the newest event, or 0 if there is none
 * @param first the offset of the oldest event that is still in the log, or {@code offset + 1} if there is none
 */
public record ChannelHead(TenantId tenant, String channel, String epoch, long offset, long first) {}
