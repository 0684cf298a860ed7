package dev.seneschal.api.access;

import dev.seneschal.api.tenant.TenantId;
import java.util.Set;
import java.util.UUID;

/**
 * Someone who has been authenticated. Immutable; permissions are those of the moment it was made.
 *
 * @param name the account's or key's name, for the journal: {@code user:admin}, {@code key:ci}, {@code system}
 * @param kind how they proved who they are
 * @param tenants the tenants they may act for; null means all
 * @param permissions what they may do, such as {@code events:publish}; {@code *} is everything, {@code events:*} everything
 *     of one area
 * @param sessionId their {@code admin_sessions} row, or null
 */
public record Caller(String name, Kind kind, Set<TenantId> tenants, Set<String> permissions, UUID sessionId) {

    /** How a caller proved who they are. */
    public enum Kind {
        /** A local account. */
        ACCOUNT,
        /** An API key. */
        KEY,
        /** The host itself. */
        SYSTEM
    }

    /** Copies the sets. */
    public Caller {
        tenants = tenants == null ? null : Set.copyOf(tenants);
        permissions = Set.copyOf(permissions);
    }

    /** Returns whether the caller may act for the tenant. */
    public boolean mayActFor(TenantId tenant) {
        return tenants == null || tenants.contains(tenant);
    }

    /** Returns whether the caller holds the permission, itself or by a wildcard. */
    public boolean may(String permission) {
        int colon = permission.indexOf(':');
        return permissions.contains("*")
                || permissions.contains(permission)
                || (colon > 0 && permissions.contains(permission.substring(0, colon + 1) + "*"));
    }
}
