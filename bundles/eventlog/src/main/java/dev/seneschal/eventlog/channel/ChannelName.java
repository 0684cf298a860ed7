package dev.seneschal.eventlog.channel;

import dev.seneschal.api.tenant.TenantId;

/**
 * Names a channel.
 *
 * @param tenant whose channel it is
 * @param name its name
 */
public record ChannelName(TenantId tenant, String name) {}
