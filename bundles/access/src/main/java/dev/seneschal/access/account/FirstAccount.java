package dev.seneschal.access.account;

import dev.seneschal.api.audit.Journal;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.security.auth.login.AppConfigurationEntry;
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

    private static final String ENCRYPTION = "encryption.enabled";

    private static final Logger LOG = LoggerFactory.getLogger(FirstAccount.class);

    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    @Activate
    public FirstAccount(
            @Reference(cardinality = ReferenceCardinality.AT_LEAST_ONE, policyOption = ReferencePolicyOption.GREEDY)
                    List<JaasRealm> realms,
            @Reference(cardinality = ReferenceCardinality.AT_LEAST_ONE, policyOption = ReferencePolicyOption.GREEDY)
                    List<BackingEngineFactory> engines,
            @Reference Journal journal) {
        var creation = new AccountCreation(() -> engine(realms, engines), journal, this::pause, System.out);
        this.thread = new Thread(
                () -> {
                    karaf(realms).ifPresent(FirstAccount::warnOfPlainPasswords);
                    creation.create(System.getenv(PASSWORD));
                },
                "seneschal-first-account");
        thread.setDaemon(true);
        thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
    }

    /** Begins to look for an account, on a thread of its own. */
    @Activate
    void start() {
        thread.start();
    }

    /** Finds the first store of accounts of Karaf's realm that can be written to. */
    static Optional<BackingEngine> engine(List<JaasRealm> realms, List<BackingEngineFactory> engines) {
        return karaf(realms).flatMap(realm -> List.of(realm.getEntries()).stream()
                .flatMap(entry -> engines.stream()
                        .filter(factory -> factory.getModuleClass()
                                .equals(entry.getOptions().get(ProxyLoginModule.PROPERTY_MODULE)))
                        .map(factory -> open(factory, entry)))
                .findFirst());
    }

    private static Optional<JaasRealm> karaf(List<JaasRealm> realms) {
        return realms.stream()
                .filter(realm -> realm.getName().equals(KarafRealm.NAME))
                .max(Comparator.comparingInt(JaasRealm::getRank));
    }

    private static BackingEngine open(BackingEngineFactory factory, AppConfigurationEntry entry) {
        var engine = factory.build(entry.getOptions());
        if (engine == null) {
            throw new IllegalStateException("The store of accounts cannot be opened; the log says more");
        }
        return engine;
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

    /** Returns whether to go on after a pause. */
    private boolean pause(Duration pause) {
        try {
            return !closed.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Deactivate
    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
