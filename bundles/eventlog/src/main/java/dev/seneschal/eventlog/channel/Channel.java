package dev.seneschal.eventlog.channel;

import dev.seneschal.api.tenant.TenantId;

/**
 * A channel that has a row. The row's offset moves; what stands here never changes.
 *
 * @param id the row's key, which events and cursors refer to
 * @param name whose channel it is and what it is called
 * @param epoch names this history of the channel
 */
public record Channel(long id, ChannelName name, String epoch) {

    /** Returns whose channel it is. */
    public TenantId tenant() {
        return name.tenant();
    }
}
