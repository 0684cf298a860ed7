package dev.seneschal.access.account;

import dev.seneschal.api.access.AuthenticationException;
import dev.seneschal.api.access.Caller;
import dev.seneschal.api.audit.Journal;
import dev.seneschal.api.audit.JournalEntry;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.api.storage.StorageUnavailableException;
import dev.seneschal.api.tenant.TenantId;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Authenticates local accounts by their password. Safe for use by any thread. */
public final class Accounts {

    private static final Logger LOG = LoggerFactory.getLogger(Accounts.class);

    private final Realm realm;
    private final RolePermissions permissions;
    private final Journal journal;
    private final GuessBrake brake;
    private final VerifiedPasswords verified;
    private final SharedAnswers<Attempt, Set<String>> verifying = new SharedAnswers<>();
    private final AdminSessions sessions;

    /** Joins the parts. */
    public Accounts(
            Realm realm, RolePermissions permissions, Storage storage, Journal journal, Limits limits, Clock clock) {
        this.realm = realm;
        this.permissions = permissions;
        this.journal = journal;
        this.brake = new GuessBrake(limits.freeFailures(), limits.longestLock(), clock);
        this.verified = new VerifiedPasswords(limits.passwordCache(), clock);
        this.sessions = new AdminSessions(storage, journal, limits.sessionIdle(), clock);
    }

    /**
     * Returns who it is.
     *
     * @throws AuthenticationException if the password is wrong, the account unknown, or too many tries failed
     * @throws StorageUnavailableException if the accounts cannot be looked at
     */
    public Caller login(String account, String password, String address) {
        var roles = verified.roles(account, password)
                .orElseGet(() -> verifying.get(
                        new Attempt(account, password, address), () -> verify(account, password, address)));
        var granted = permissions.permissions(roles);
        return new Caller(
                "user:" + account,
                Caller.Kind.ACCOUNT,
                RolePermissions.tenants(roles, granted),
                granted,
                sessions.touch(account, address));
    }

    /** Many requests of one account come together, and the realm's hash is slow: they are one try and one answer. */
    private Set<String> verify(String account, String password, String address) {
        var remembered = verified.roles(account, password);
        if (remembered.isPresent()) {
            return remembered.get();
        }
        brake.begin(account, address).ifPresent(wait -> {
            throw new AuthenticationException("Too many logins failed; wait before the next one.", wait);
        });
        var roles = ask(account, password, address).orElseThrow(() -> refusal(account, address));
        brake.succeeded(account, address);
        verified.remember(account, password, roles);
        return roles;
    }

    private Optional<Set<String>> ask(String account, String password, String address) {
        try {
            return realm.login(account, password);
        } catch (StorageUnavailableException e) {
            brake.unanswered(account, address);
            throw e;
        }
    }

    private AuthenticationException refusal(String account, String address) {
        var wait = brake.failed(account, address).orElse(null);
        if (wait != null) {
            LOG.warn("Logins are refused for a while after repeated failures: seconds={}", wait.toSeconds());
            recordLock(account, wait);
        }
        return new AuthenticationException("The credentials are not valid.", wait);
    }

    /** The verdict stands whether or not it can be written down: a stranger must not see the database's state. */
    private void recordLock(String account, Duration wait) {
        try {
            journal.record(new JournalEntry(
                    TenantId.DEFAULT,
                    "system",
                    "access.lock",
                    "account:" + account,
                    "Too many logins failed in a row.",
                    null,
                    Map.of("seconds", Long.toString(wait.toSeconds()))));
        } catch (StorageUnavailableException e) {
            LOG.warn("A lock after failed logins is not in the journal: the database is away");
        }
    }

    private record Attempt(String account, String password, String address) {

        @Override
        public String toString() {
            return "Attempt of " + account;
        }
    }

    /**
     * Bounds.
     *
     * @param freeFailures how many tries in a row may fail before the first lock
     * @param longestLock the longest lock
     * @param sessionIdle after how long without a request a session ends
     * @param passwordCache how long a verified password is taken as verified
     */
    public record Limits(int freeFailures, Duration longestLock, Duration sessionIdle, Duration passwordCache) {}
}
