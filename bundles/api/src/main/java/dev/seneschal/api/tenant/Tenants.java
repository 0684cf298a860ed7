package dev.seneschal.api.tenant;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** The tenants of this host. Safe for use by any thread. */
@ProviderType
public interface Tenants {

    /**
     * Creates a tenant.
     *
     * @param title what people call it, 1 to 200 characters
     * @param actor who asks, for the journal
     * @throws IllegalStateException if it exists already
     */
    Tenant create(TenantId id, String title, String actor);

    /** Returns all tenants, by name. */
    List<Tenant> list();

    /** Returns whether the tenant exists. Answers from memory in the usual case: it is asked for every request. */
    boolean exists(TenantId id);
}
