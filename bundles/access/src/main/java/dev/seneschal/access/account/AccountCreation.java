package dev.seneschal.access.account;

import dev.seneschal.api.audit.Journal;
import dev.seneschal.api.audit.JournalEntry;
import dev.seneschal.api.tenant.TenantId;
import java.io.PrintStream;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.karaf.jaas.modules.BackingEngine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the account {@value #ACCOUNT} in a store that has none, trying again until the account is in the store and in the
 * journal. Used once, by one thread.
 */
final class AccountCreation {

    static final String ACCOUNT = "admin";

    /** The group of Karaf's own administrators, and the roles its shell asks for. */
    private static final String GROUP = "admingroup";

    private static final List<String> ROLES = List.of("admin", "manager", "viewer", "systembundles", "ssh");

    private static final Logger LOG = LoggerFactory.getLogger(AccountCreation.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    private static final int RANDOM_BYTES = 18;

    private final Supplier<Optional<BackingEngine>> store;
    private final Journal journal;
    private final Predicate<Duration> pause;
    private final PrintStream console;
    private boolean isBegun;

    /**
     * Joins the parts.
     *
     * @param store opens the store anew; empty if the realm has none that can be written to
     * @param pause waits before the next try; returns false to give up
     * @param console where a random password is shown
     */
    AccountCreation(
            Supplier<Optional<BackingEngine>> store, Journal journal, Predicate<Duration> pause, PrintStream console) {
        this.store = store;
        this.journal = journal;
        this.pause = pause;
        this.console = console;
    }

    /**
     * Creates the account if there is none.
     *
     * @param password its password; null or empty for a random one
     */
    void create(String password) {
        var given = password != null && !password.isEmpty();
        var secret = given ? password : random();
        if (!retry("created", () -> store(secret)).orElse(false)) {
            return;
        }
        LOG.info("Created the first account: account={} password={}", ACCOUNT, given ? "as given" : "on the console");
        if (!given) {
            show(secret);
        }
        var entry = new JournalEntry(
                TenantId.DEFAULT,
                "system",
                "access.account-create",
                "account:" + ACCOUNT,
                "The realm had no account.",
                null,
                Map.of("password", given ? "from the environment" : "random"));
        retry("journalled", () -> journal.record(entry));
    }

    private <T> Optional<T> retry(String what, Supplier<T> step) {
        for (var wait = FIRST_PAUSE; ; wait = longer(wait)) {
            try {
                return Optional.of(step.get());
            } catch (RuntimeException e) {
                LOG.warn(
                        "The first account cannot be {} yet: nextTrySeconds={} reason={}",
                        what,
                        wait.toSeconds(),
                        e.getMessage());
                LOG.debug("Cause", e);
            }
            if (!pause.test(wait)) {
                return Optional.empty();
            }
        }
    }

    private static Duration longer(Duration wait) {
        var twice = wait.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    }

    /** Returns false, and changes nothing, if it is not this object's to create an account. */
    private boolean store(String secret) {
        var engine = store.get().orElse(null);
        if (engine == null || engine.listUsers().stream().anyMatch(user -> !isOwn(user.getName()))) {
            return false;
        }
        isBegun = true;
        if (engine.listGroups().keySet().stream()
                .noneMatch(group -> group.getName().equals(GROUP))) {
            engine.createGroup(GROUP);
            ROLES.forEach(role -> engine.addGroupRole(GROUP, role));
        }
        engine.addUser(ACCOUNT, secret);
        engine.addGroup(ACCOUNT, GROUP);
        // The store is silent about a failed write, so only what it says when it is opened anew can be believed.
        if (store.get().filter(AccountCreation::holdsTheAccount).isEmpty()) {
            throw new IllegalStateException(
                    "The account is not in etc/users.properties after it was written; check that the file is writable");
        }
        return true;
    }

    /** An account of the name that was there before the first try is somebody else's. */
    private boolean isOwn(String account) {
        return isBegun && account.equals(ACCOUNT);
    }

    private static boolean holdsTheAccount(BackingEngine engine) {
        return engine.listUsers().stream()
                .filter(user -> user.getName().equals(ACCOUNT))
                .anyMatch(user -> engine.listGroups(user).stream()
                        .anyMatch(group -> group.getName().equals(GROUP)));
    }

    private static String random() {
        var bytes = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private void show(String secret) {
        console.println();
        console.println("Seneschal created the account '" + ACCOUNT + "' with the password  " + secret);
        console.println("It is shown this once. Change it with:  jaas:realm-manage --realm karaf; jaas:user-add "
                + ACCOUNT + " <password>; jaas:update");
        console.println();
        console.flush();
    }
}
