package dev.seneschal.access.account;

import dev.seneschal.api.audit.Journal;
import dev.seneschal.api.audit.JournalEntry;
import dev.seneschal.api.tenant.TenantId;
import java.io.PrintStream;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.karaf.jaas.boot.ProxyLoginModule;
import org.apache.karaf.jaas.config.JaasRealm;
import org.apache.karaf.jaas.modules.BackingEngine;
import org.apache.karaf.jaas.modules.BackingEngineFactory;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the account {@code admin} in a realm that has none, so that the host can be used after its first start. Its
 * password is that of the environment variable {@value #PASSWORD}, or a random one that is printed on the process's
 * standard output once and is written nowhere else.
 */
@Component(service = {})
public final class FirstAccount implements AutoCloseable {

    static final String PASSWORD = "SENESCHAL_ADMIN_PASSWORD";
    static final String ACCOUNT = "admin";

    /** The group of Karaf's own administrators, and the roles its shell asks for. */
    private static final String GROUP = "admingroup";

    private static final List<String> ROLES = List.of("admin", "manager", "viewer", "systembundles", "ssh");

    private static final String ENCRYPTION = "encryption.enabled";

    private static final Logger LOG = LoggerFactory.getLogger(FirstAccount.class);
    private static final int RANDOM_BYTES = 18;

    private final Thread thread;

    @Activate
    public FirstAccount(
            @Reference(cardinality = ReferenceCardinality.AT_LEAST_ONE, policyOption = ReferencePolicyOption.GREEDY)
                    List<JaasRealm> realms,
            @Reference(cardinality = ReferenceCardinality.AT_LEAST_ONE, policyOption = ReferencePolicyOption.GREEDY)
                    List<BackingEngineFactory> engines,
            @Reference Journal journal) {
        this.thread = new Thread(
                () -> engine(realms, engines)
                        .ifPresent(engine -> create(engine, journal, System.getenv(PASSWORD), System.out)),
                "seneschal-first-account");
        thread.setDaemon(true);
        thread.start();
    }

    /** Finds the first store of accounts of Karaf's realm that can be written to. */
    static Optional<BackingEngine> engine(List<JaasRealm> realms, List<BackingEngineFactory> engines) {
        var karaf = realms.stream()
                .filter(realm -> realm.getName().equals(KarafRealm.NAME))
                .max(Comparator.comparingInt(JaasRealm::getRank));
        karaf.ifPresent(FirstAccount::warnOfPlainPasswords);
        return karaf.flatMap(realm -> List.of(realm.getEntries()).stream()
                .flatMap(entry -> engines.stream()
                        .filter(factory -> factory.getModuleClass()
                                .equals(entry.getOptions().get(ProxyLoginModule.PROPERTY_MODULE)))
                        .map(factory -> factory.build(entry.getOptions())))
                .findFirst());
    }

    private static void warnOfPlainPasswords(JaasRealm realm) {
        var hashed = Arrays.stream(realm.getEntries())
                .map(entry -> entry.getOptions().get(ENCRYPTION))
                .anyMatch(option -> option != null && Boolean.parseBoolean(option.toString()));
        if (!hashed) {
            LOG.warn(
                    "Passwords of local accounts are stored as they are; set {} = true in etc/org.apache.karaf.jaas.cfg"
                            + " and they are hashed at once",
                    ENCRYPTION);
        }
    }

    static void create(BackingEngine engine, Journal journal, String password, PrintStream console) {
        if (!engine.listUsers().isEmpty()) {
            return;
        }
        var given = password != null && !password.isEmpty();
        var secret = given ? password : random();
        journal.record(new JournalEntry(
                TenantId.DEFAULT,
                "system",
                "access.account-create",
                "account:" + ACCOUNT,
                "The realm had no account.",
                null,
                Map.of("password", given ? "from the environment" : "random")));
        if (engine.listGroups().keySet().stream()
                .noneMatch(group -> group.getName().equals(GROUP))) {
            createGroup(engine);
        }
        engine.addUser(ACCOUNT, secret);
        engine.addGroup(ACCOUNT, GROUP);
        LOG.info("Created the first account: account={} password={}", ACCOUNT, given ? "as given" : "on the console");
        if (!given) {
            show(console, secret);
        }
    }

    private static void createGroup(BackingEngine engine) {
        engine.createGroup(GROUP);
        ROLES.forEach(role -> engine.addGroupRole(GROUP, role));
    }

    private static String random() {
        var bytes = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static void show(PrintStream console, String secret) {
        console.println();
        console.println("Seneschal created the account '" + ACCOUNT + "' with the password  " + secret);
        console.println("It is shown this once. Change it with:  jaas:realm-manage --realm karaf; jaas:user-add "
                + ACCOUNT + " <password>; jaas:update");
        console.println();
        console.flush();
    }

    @Deactivate
    @Override
    public void close() {
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
