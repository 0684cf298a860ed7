package dev.seneschal.access.account;

import dev.seneschal.api.storage.StorageUnavailableException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.security.auth.Subject;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.auth.login.AccountException;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.Configuration;
import javax.security.auth.login.CredentialException;
import javax.security.auth.login.FailedLoginException;
import javax.security.auth.login.LoginContext;
import javax.security.auth.login.LoginException;
import org.apache.karaf.jaas.boot.principal.GroupPrincipal;
import org.apache.karaf.jaas.boot.principal.RolePrincipal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The accounts of a JAAS realm, by Karaf's login modules. Safe for use by any thread. */
public final class KarafRealm implements Realm {

    /** The realm of Karaf's own shell. */
    public static final String NAME = "karaf";

    private static final Logger LOG = LoggerFactory.getLogger(KarafRealm.class);

    /** With it a refusal says what was wrong; only this object reads that. */
    private static final String DETAILED = "detailed.login.exception";

    private static final String HASHED = "Password for ";

    private final String name;
    private final Configuration configuration;
    private final Decoy decoy = new Decoy();

    /**
     * Names the realm.
     *
     * @param configuration where it is defined, or null for the process's own
     */
    public KarafRealm(String name, Configuration configuration) {
        this.name = name;
        this.configuration = configuration;
    }

    @Override
    public Optional<Set<String>> login(String account, String password) {
        // JAAS loads its modules with the context class loader; every bundle's loader sees those of Karaf.
        var thread = Thread.currentThread();
        var before = thread.getContextClassLoader();
        thread.setContextClassLoader(KarafRealm.class.getClassLoader());
        try {
            return login(
                    new Detailed(configuration == null ? Configuration.getConfiguration() : configuration),
                    account,
                    password);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private Optional<Set<String>> login(Detailed detailed, String account, String password) {
        try {
            var context =
                    new LoginContext(name, new Subject(), callbacks -> answer(callbacks, account, password), detailed);
            context.login();
            var roles = roles(context.getSubject());
            context.logout();
            return Optional.of(roles);
        } catch (FailedLoginException | AccountException | CredentialException e) {
            LOG.debug("The realm refused a login", e);
            if (e.getMessage() == null || !e.getMessage().startsWith(HASHED)) {
                decoy.check(detailed.options(name), password);
            }
            return Optional.empty();
        } catch (LoginException e) {
            LOG.warn("The realm cannot check logins: realm={} reason={}", name, e.getMessage());
            throw new StorageUnavailableException("The accounts cannot be looked at at present.", e);
        }
    }

    private static final class Detailed extends Configuration {

        private final Configuration real;

        Detailed(Configuration real) {
            this.real = real;
        }

        @Override
        public AppConfigurationEntry[] getAppConfigurationEntry(String name) {
            var entries = real.getAppConfigurationEntry(name);
            return entries == null
                    ? null
                    : Arrays.stream(entries).map(Detailed::detailed).toArray(AppConfigurationEntry[]::new);
        }

        private static AppConfigurationEntry detailed(AppConfigurationEntry entry) {
            var options = new HashMap<String, Object>(entry.getOptions());
            options.put(DETAILED, "true");
            return new AppConfigurationEntry(entry.getLoginModuleName(), entry.getControlFlag(), options);
        }

        Map<String, ?> options(String name) {
            return getAppConfigurationEntry(name)[0].getOptions();
        }
    }

    private static void answer(Callback[] callbacks, String account, String password)
            throws UnsupportedCallbackException {
        for (var callback : callbacks) {
            if (callback instanceof NameCallback named) {
                named.setName(account);
            } else if (callback instanceof PasswordCallback secret) {
                secret.setPassword(password.toCharArray());
            } else {
                throw new UnsupportedCallbackException(callback);
            }
        }
    }

    private static Set<String> roles(Subject subject) {
        var roles = new HashSet<String>();
        subject.getPrincipals(RolePrincipal.class).forEach(role -> roles.add(role.getName()));
        subject.getPrincipals(GroupPrincipal.class).forEach(group -> roles.add(group.getName()));
        return roles;
    }
}
