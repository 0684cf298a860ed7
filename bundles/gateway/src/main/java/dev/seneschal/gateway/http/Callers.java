package dev.seneschal.gateway.http;

import dev.seneschal.api.access.Access;
import dev.seneschal.api.access.AuthenticationException;
import dev.seneschal.api.access.Caller;
import dev.seneschal.api.access.Permissions;
import dev.seneschal.api.http.Problem;
import dev.seneschal.api.http.Problem.Violation;
import dev.seneschal.api.http.Route;
import dev.seneschal.api.storage.StorageUnavailableException;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.api.tenant.Tenants;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** Finds out who asks and for which tenant, and whether they may. Safe for use by any thread. */
final class Callers {

    static final String TENANT = "seneschal-tenant";

    private static final Set<String> LOOPBACK =
            Set.of("127.0.0.1", "0:0:0:0:0:0:0:1", "[0:0:0:0:0:0:0:1]", "::1", "[::1]");
    private static final Caller LOCAL_SCRAPER =
            new Caller("system", Caller.Kind.SYSTEM, null, Set.of(Permissions.METRICS_READ), null);

    private final Supplier<Access> access;
    private final Supplier<Tenants> tenants;

    /**
     * Uses the services of the moment.
     *
     * @param access returns null while it is away
     * @param tenants returns null while it is away
     */
    Callers(Supplier<Access> access, Supplier<Tenants> tenants) {
        this.access = access;
        this.tenants = tenants;
    }

    /** Returns who asks, or null for a stranger on a route that is open to everyone. */
    Caller authenticate(Route route, Incoming incoming) {
        var authorization = incoming.headers().get("authorization");
        if (route.permission() == null) {
            return authorization == null ? null : tryToAuthenticate(authorization, incoming);
        }
        if (authorization == null && route.permission().equals(Permissions.METRICS_READ) && isLocal(incoming)) {
            return LOCAL_SCRAPER;
        }
        var present = access.get();
        if (present == null) {
            throw Problems.later("Access control is away at the moment; try again.", Duration.ofSeconds(2));
        }
        var caller = present.authenticate(authorization, incoming.remote());
        if (!caller.may(route.permission())) {
            throw new Problem(403, "This needs the permission " + route.permission() + ".");
        }
        return caller;
    }

    /** On an open route, bad credentials are as good as none: health must be told whatever is broken. */
    private Caller tryToAuthenticate(String authorization, Incoming incoming) {
        var present = access.get();
        if (present == null) {
            return null;
        }
        try {
            return present.authenticate(authorization, incoming.remote());
        } catch (AuthenticationException | StorageUnavailableException e) {
            return null;
        }
    }

    /** A request that a proxy passed on comes from elsewhere, although the proxy may run on this machine. */
    private static boolean isLocal(Incoming incoming) {
        return LOOPBACK.contains(incoming.remote())
                && incoming.headers().keySet().stream()
                        .noneMatch(name ->
                                name.equals("forwarded") || name.startsWith("x-forwarded-") || name.equals("via"));
    }

    /** Returns the tenant the caller acts for. */
    TenantId tenant(Caller caller, Incoming incoming) {
        if (caller == null) {
            return TenantId.DEFAULT;
        }
        var named = incoming.headers().get(TENANT);
        if (named == null) {
            return usual(caller);
        }
        var tenant = parse(named);
        if (!caller.mayActFor(tenant)) {
            throw new Problem(403, "You may not act for this tenant.");
        }
        var present = tenants.get();
        if (present == null) {
            throw Problems.later("The list of tenants is away at the moment; try again.", Duration.ofSeconds(2));
        }
        if (!present.exists(tenant)) {
            throw fault(404, "There is no such tenant.");
        }
        return tenant;
    }

    private static TenantId usual(Caller caller) {
        if (caller.mayActFor(TenantId.DEFAULT)) {
            return TenantId.DEFAULT;
        }
        if (caller.tenants().size() == 1) {
            return caller.tenants().iterator().next();
        }
        throw fault(400, "You may act for several tenants; name one.");
    }

    private static TenantId parse(String name) {
        try {
            return new TenantId(name);
        } catch (IllegalArgumentException e) {
            throw fault(400, e.getMessage());
        }
    }

    private static Problem fault(int status, String detail) {
        return new Problem(status, detail, List.of(new Violation("Seneschal-Tenant", detail)), Map.of());
    }
}
