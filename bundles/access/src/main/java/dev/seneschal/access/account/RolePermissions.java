package dev.seneschal.access.account;

import dev.seneschal.access.Grants;
import dev.seneschal.api.tenant.TenantId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the realm's roles and groups mean here. Immutable.
 *
 * <p>A role {@code seneschal-tenant-acme} lets the account act for tenant {@code acme}. Who holds every permission acts for
 * every tenant; who has no role of either kind acts for the default tenant.
 */
public final class RolePermissions {

    private static final String TENANT = "seneschal-tenant-";

    private final Map<String, Set<String>> byRole;

    private RolePermissions(Map<String, Set<String>> byRole) {
        this.byRole = Map.copyOf(byRole);
    }

    /**
     * Reads the mapping.
     *
     * @param entries each {@code role=permission permission …}
     * @throws IllegalArgumentException if an entry has another form or names an unknown permission
     */
    public static RolePermissions of(String... entries) {
        var byRole = new HashMap<String, Set<String>>();
        for (var entry : entries) {
            var parts = entry.split("=", 2);
            if (parts.length != 2 || parts[0].isBlank() || parts[1].isBlank()) {
                throw new IllegalArgumentException("'" + entry + "' is not of the form 'role=permission permission'.");
            }
            var permissions = new TreeSet<String>();
            for (var permission : parts[1].strip().split("\\s+")) {
                Grants.check(permission);
                permissions.add(permission);
            }
            byRole.merge(parts[0].strip(), permissions, (one, other) -> {
                one.addAll(other);
                return one;
            });
        }
        return new RolePermissions(byRole);
    }

    Set<String> permissions(Set<String> roles) {
        var permissions = new HashSet<String>();
        roles.forEach(role -> permissions.addAll(byRole.getOrDefault(role, Set.of())));
        return permissions;
    }

    /** Returns the tenants, or null for all. */
    static Set<TenantId> tenants(Set<String> roles, Set<String> permissions) {
        if (permissions.contains(Grants.EVERYTHING)) {
            return null;
        }
        var named = roles.stream().filter(role -> role.startsWith(TENANT)).toList();
        if (named.isEmpty()) {
            return Set.of(TenantId.DEFAULT);
        }
        var tenants = new HashSet<TenantId>();
        named.forEach(role -> tenant(role.substring(TENANT.length())).ifPresent(tenants::add));
        return tenants;
    }

    /**
     * A role that names no possible tenant gives nothing, not even the default tenant: whoever wrote it meant another one.
     * It does not keep its holder from logging in.
     */
    private static Optional<TenantId> tenant(String name) {
        try {
            return Optional.of(new TenantId(name));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
