package dev.seneschal.realtime.hub;

import dev.seneschal.api.tenant.TenantId;

/**
 * Identifies a channel on this host.
 *
 * @param tenant whose channel it is
 * @param name its name
 */
public record ChannelKey(TenantId tenant, String name) {

    /** Longest name, as in the Centrifuge protocol. */
    public static final int MAX_LENGTH = 255;

    /** Returns whether the name could be that of a channel: 1 to 255 characters, none of them a control character. */
    public static boolean wellFormed(String name) {
        return !name.isEmpty() && name.length() <= MAX_LENGTH && name.chars().noneMatch(Character::isISOControl);
    }
}
