package dev.seneschal.notification.command;

import dev.seneschal.api.tenant.TenantId;

/** Reads the tenant that an operator names. */
final class TenantOption {

    private TenantOption() {}

    /** Returns the tenant of that name; the default one if none is named. */
    static TenantId of(String name) {
        return name == null ? TenantId.DEFAULT : new TenantId(name);
    }
}
