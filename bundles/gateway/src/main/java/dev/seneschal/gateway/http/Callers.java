package dev.seneschal.gateway.http;

import dev.seneschal.api.access.Access;
import dev.seneschal.api.access.Caller;
import dev.seneschal.api.access.Permissions;
import dev.seneschal.api.http.Problem;
import dev.seneschal.api.http.Problem.Violation;
import dev.seneschal.api.http.Route;
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
    private static final Set<String> LOCAL_NAMES = Set.of("127.0.0.1", "[::1]", "localhost");
    private static final Caller LOCAL_SCRAPER =
            new Caller("system", Caller.Kind.SYSTEM, null, Set.of(Permissions.METRICS_READ), null);

    private final Supplier<Access> access;
    private final Supplier<Tenants> tenants;
    private final boolean localMetrics;

    /**
     * Uses the services of the moment.
     *
     * @param access returns null while it is away
     * @param tenants returns null while it is away
     * @param localMetrics whether a caller on this machine may read the metrics without credentials
     */
    Callers(Supplier<Access> access, Supplier<Tenants> tenants, boolean localMetrics) {
        this.access = access;
        this.tenants = tenants;
        this.localMetrics = localMetrics;
    }

    /** Returns who asks; what they ask for is theirs to ask. */
    Caller authenticate(Route route, Incoming incoming) {
        var authorization = incoming.headers().get("authorization");
        var permission = route.permission();
        if (localMetrics && authorization == null && Permissions.METRICS_READ.equals(permission) && isLocal(incoming)) {
            return LOCAL_SCRAPER;
        }
        var present = access.get();
        if (present == null) {
            throw Problems.later("Access control is away at the moment; try again.", Duration.ofSeconds(2));
        }
        var caller = present.authenticate(authorization, incoming.remote());
        if (permission != null && !caller.may(permission)) {
            throw new Problem(403, "This needs the permission " + permission + ".");
        }
        return caller;
    }

    /**
     * A request that a proxy passed on comes from elsewhere, although the proxy may run on this machine; and one for a name
     * other than this machine's own may come from a page whose name was made to point here.
     */
    private static boolean isLocal(Incoming incoming) {
        var headers = incoming.headers();
        return LOOPBACK.contains(incoming.remote())
                && LOCAL_NAMES.contains(host(headers.getOrDefault("host", "")))
                && headers.keySet().stream()
                        .noneMatch(name ->
                                name.equals("forwarded") || name.startsWith("x-forwarded-") || name.equals("via"));
    }

    private static String host(String authority) {
        int colon = authority.lastIndexOf(':');
        return colon > authority.lastIndexOf(']') ? authority.substring(0, colon) : authority;
    }

    /** Returns the tenant the caller acts for. */
    TenantId tenant(Caller caller, Incoming incoming) {
        var named = incoming.headers().get(TENANT);
        if (named == null) {
            return usual(caller);
        }
        var tenant = parse(named);
        if (!caller.mayActFor(tenant)) {
            throw new Problem(403, "You may not act for this tenant.");
        }
        if (!exists(tenant)) {
            throw fault(404, "There is no such tenant.");
        }
        return tenant;
    }

    private boolean exists(TenantId tenant) {
        var present = tenants.get();
        if (present == null) {
            throw Problems.later("The list of tenants is away at the moment; try again.", Duration.ofSeconds(2));
        }
        return present.exists(tenant);
    }

    private TenantId usual(Caller caller) {
        if (caller.mayActFor(TenantId.DEFAULT)) {
            return TenantId.DEFAULT;
        }
        if (caller.tenants().isEmpty()) {
            throw new Problem(403, "You may not act for any tenant.");
        }
        if (caller.tenants().size() == 1) {
            var only = caller.tenants().iterator().next();
            if (!exists(only)) {
                throw new Problem(403, "There is no tenant " + only.value() + ", the only one you may act for.");
            }
            return only;
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
