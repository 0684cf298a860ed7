package dev.seneschal.access;

import dev.seneschal.access.account.Accounts;
import dev.seneschal.access.account.KarafRealm;
import dev.seneschal.access.account.Realm;
import dev.seneschal.access.account.RolePermissions;
import dev.seneschal.access.key.ApiKeys;
import dev.seneschal.api.access.Access;
import dev.seneschal.api.access.AuthenticationException;
import dev.seneschal.api.access.Caller;
import dev.seneschal.api.audit.Journal;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.api.tenant.TenantId;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Authenticates by password or key, whichever the caller brings. Safe for use by any thread. */
@Component(
        service = {Access.class, MeterBinder.class},
        configurationPid = AccessComponent.PID)
@Designate(ocd = AccessComponent.Config.class)
public final class AccessComponent implements Access, MeterBinder, AutoCloseable {

    static final String PID = "dev.seneschal.access";

    /** Settings. */
    @ObjectClassDefinition(name = "Access")
    public @interface Config {
        @AttributeDefinition(
                description = "What roles and groups of the realm 'karaf' may do: 'role=permission permission …'."
                        + " A role 'seneschal-tenant-<name>' lets an account act for that tenant.")
        String[] rolePermissions() default {
            "admin=*",
            "seneschal-operator=events:* realtime:* metrics:* notification:* mail:* jobs:* retention:read audit:read",
            "seneschal-retention=retention:read retention:manage",
            "seneschal-approver=retention:read retention:approve",
            "seneschal-publisher=events:publish",
            "seneschal-viewer=events:read realtime:* metrics:* notification:read mail:read jobs:read retention:read"
                    + " audit:read"
        };

        @AttributeDefinition(
                description = "Logins of one account that may fail in a row before the first lock of a second; of one"
                        + " address it is four times as many. 1 to 100.",
                min = "1",
                max = "100")
        int freeFailures() default 5;

        @AttributeDefinition(
                description = "The longest lock after failed logins, in seconds. 1 to 86,400.",
                min = "1",
                max = "86400")
        int longestLockSeconds() default 900;

        @AttributeDefinition(
                description = "Minutes without a request after which a session of an account ends. 1 to 1,440.",
                min = "1",
                max = "1440")
        int sessionIdleMinutes() default 30;

        @AttributeDefinition(
                description = "Milliseconds for which a verified password is taken as verified; a changed password or"
                        + " role takes effect after them. 0 to 2,000.",
                min = "0",
                max = "2000")
        int passwordCacheMillis() default 1_500;
    }

    private final Accounts accounts;
    private final ApiKeys keys;
    private final LongAdder accepted = new LongAdder();
    private final LongAdder refused = new LongAdder();

    @Activate
    public AccessComponent(
            @Reference(target = "(schema=access)") Storage storage, @Reference Journal journal, Config config) {
        this(storage, journal, new KarafRealm(KarafRealm.NAME, null), config, Clock.systemUTC());
    }

    AccessComponent(Storage storage, Journal journal, Realm realm, Config config, Clock clock) {
        var limits = new Accounts.Limits(
                within("freeFailures", config.freeFailures(), 1, 100),
                Duration.ofSeconds(within("longestLockSeconds", config.longestLockSeconds(), 1, 86_400)),
                Duration.ofMinutes(within("sessionIdleMinutes", config.sessionIdleMinutes(), 1, 1_440)),
                Duration.ofMillis(within("passwordCacheMillis", config.passwordCacheMillis(), 0, 2_000)));
        this.accounts = new Accounts(realm, permissions(config), storage, journal, limits, clock);
        this.keys = new ApiKeys(storage, journal, clock);
    }

    /** Begins to listen for changes. */
    @Activate
    void start() {
        keys.start();
    }

    private static int within(String key, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    PID + ": " + key + " is " + value + "; it must be " + least + " to " + most + ".");
        }
        return value;
    }

    private static RolePermissions permissions(Config config) {
        try {
            return RolePermissions.of(config.rolePermissions());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(PID + ": rolePermissions: " + e.getMessage(), e);
        }
    }

    @Override
    public Caller authenticate(String authorization, String remote) {
        try {
            var caller = authenticate(Credentials.parse(authorization), remote);
            accepted.increment();
            return caller;
        } catch (AuthenticationException e) {
            refused.increment();
            throw e;
        }
    }

    private Caller authenticate(Credentials credentials, String remote) {
        if (credentials instanceof Credentials.Password password) {
            return accounts.login(password.account(), password.password(), remote);
        }
        var secret = ((Credentials.Token) credentials).secret();
        return keys.find(secret)
                .map(key ->
                        new Caller("key:" + key.name(), Caller.Kind.KEY, Set.of(key.tenant()), key.permissions(), null))
                .orElseThrow(() -> new AuthenticationException("The key is not valid.", null));
    }

    @Override
    public CreatedKey createKey(
            TenantId tenant, String name, Set<String> permissions, Instant expiresAt, String actor) {
        return keys.create(tenant, name, permissions, expiresAt, actor);
    }

    @Override
    public List<ApiKey> keys(TenantId tenant) {
        return keys.list(tenant);
    }

    @Override
    public boolean revokeKey(TenantId tenant, UUID id, String actor) {
        return keys.revoke(tenant, id, actor);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        count(registry, "accepted", accepted);
        count(registry, "refused", refused);
    }

    private static void count(MeterRegistry registry, String outcome, LongAdder counted) {
        FunctionCounter.builder("seneschal.access.authentications", counted, LongAdder::sum)
                .tag("outcome", outcome)
                .description("Callers that proved who they are, and those that did not")
                .register(registry);
    }

    @Deactivate
    @Override
    public void close() {
        keys.close();
    }
}
