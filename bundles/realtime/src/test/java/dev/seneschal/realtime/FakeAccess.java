package dev.seneschal.realtime;

import dev.seneschal.api.access.Access;
import dev.seneschal.api.access.AuthenticationException;
import dev.seneschal.api.access.Caller;
import dev.seneschal.api.storage.StorageUnavailableException;
import dev.seneschal.api.tenant.Tenant;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.api.tenant.Tenants;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;

/** Knows four callers by their key, and two tenants. */
public final class FakeAccess implements Access, Tenants {

    static final TenantId ACME = new TenantId("acme");

    private static final Map<String, Caller> CALLERS = Map.of(
            "Bearer listener", caller("key:listener", Set.of(TenantId.DEFAULT), "realtime:subscribe"),
            "Bearer acme", caller("key:acme", Set.of(ACME), "realtime:*"),
            "Bearer reader", caller("key:reader", Set.of(TenantId.DEFAULT), "events:read"),
            "Basic YWRtaW46YWRtaW4=", caller("user:admin", null, "*"));

    private volatile CountDownLatch answering = new CountDownLatch(0);
    private volatile boolean away;

    /** Answers nobody until the latch is open. */
    void hang(CountDownLatch until) {
        answering = until;
    }

    /** Fails as if the database could not be reached. */
    void away(boolean isAway) {
        away = isAway;
    }

    private static Caller caller(String name, Set<TenantId> tenants, String permission) {
        return new Caller(name, Caller.Kind.KEY, tenants, Set.of(permission), null);
    }

    @Override
    public Caller authenticate(String authorization, String remote) {
        try {
            answering.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (away) {
            throw new StorageUnavailableException("away", null);
        }
        if ("Bearer locked".equals(authorization)) {
            throw new AuthenticationException("The credentials prove nothing.", Duration.ofMillis(7_500));
        }
        var caller = authorization == null ? null : CALLERS.get(authorization);
        if (caller == null) {
            throw new AuthenticationException("The credentials prove nothing.", null);
        }
        return caller;
    }

    @Override
    public boolean exists(TenantId id) {
        return id.equals(TenantId.DEFAULT) || id.equals(ACME);
    }

    @Override
    public CreatedKey createKey(
            TenantId tenant, String name, Set<String> permissions, Instant expiresAt, String actor) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<ApiKey> keys(TenantId tenant) {
        return List.of();
    }

    @Override
    public boolean revokeKey(TenantId tenant, UUID id, String actor) {
        return false;
    }

    @Override
    public Tenant create(TenantId id, String title, String actor) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Tenant> list() {
        return List.of();
    }
}
