package dev.seneschal.access.account;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import javax.security.auth.Subject;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.auth.login.Configuration;
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

    private final String name;
    private final Configuration configuration;

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
            var context = new LoginContext(
                    name, new Subject(), callbacks -> answer(callbacks, account, password), configuration);
            context.login();
            var roles = roles(context.getSubject());
            context.logout();
            return Optional.of(roles);
        } catch (FailedLoginException e) {
            LOG.debug("The realm refused a login", e);
            return Optional.empty();
        } catch (LoginException e) {
            LOG.warn("The realm cannot check logins: realm={} reason={}", name, e.getMessage());
            return Optional.empty();
        } finally {
            thread.setContextClassLoader(before);
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
