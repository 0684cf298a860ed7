package dev.seneschal.realtime.connection;

import dev.seneschal.api.access.Access;
import dev.seneschal.api.access.AuthenticationException;
import dev.seneschal.api.access.Caller;
import dev.seneschal.api.storage.StorageUnavailableException;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.api.tenant.Tenants;

/** Finds out who is behind a request. Its services come and go; safe for use by any thread. */
public final class Authenticator {

    private volatile Access access;
    private volatile Tenants tenants;

    /** Uses this service from now on; null if there is none. */
    public void use(Access newAccess) {
        access = newAccess;
    }

    /** Uses this service from now on; null if there is none. */
    public void use(Tenants newTenants) {
        tenants = newTenants;
    }

    /** Forgets the service, unless another one has taken its place. */
    public void forget(Object service) {
        if (access == service) {
            access = null;
        }
        if (tenants == service) {
            tenants = null;
        }
    }

    /**
     * Returns who they are and for which tenant they act: that of the header, else their only one, else the default.
     *
     * @throws AuthenticationException if the credentials prove nothing
     * @throws TenantRefusedException if there is no such tenant, or not for them
     * @throws StorageUnavailableException if it cannot be told at present
     */
    public Identity identify(Credentials credentials) {
        var present = access;
        var known = tenants;
        if (present == null || known == null) {
            throw new StorageUnavailableException(
                    "Callers cannot be authenticated at present; try again shortly.", null);
        }
        var caller = present.authenticate(credentials.authorization(), credentials.remote());
        var tenant = tenantOf(caller, credentials.tenant());
        if (!caller.mayActFor(tenant) || !known.exists(tenant)) {
            throw new TenantRefusedException();
        }
        return new Identity(caller, tenant);
    }

    private static TenantId tenantOf(Caller caller, String header) {
        if (header != null) {
            try {
                return new TenantId(header);
            } catch (IllegalArgumentException e) {
                throw new TenantRefusedException();
            }
        }
        return caller.tenants() != null && caller.tenants().size() == 1
                ? caller.tenants().iterator().next()
                : TenantId.DEFAULT;
    }

    /** The tenant does not exist, or the caller may not act for it; a stranger is not told which. */
    public static final class TenantRefusedException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        TenantRefusedException() {
            super("There is no such tenant for this caller.");
        }
    }
}
