package dev.seneschal.storage.pool;

import static org.osgi.framework.Constants.SERVICE_RANKING;

import dev.seneschal.api.health.HealthProbe;
import dev.seneschal.api.storage.DatabaseServer;
import java.util.Hashtable;
import java.util.Map;
import java.util.function.Function;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the PostgreSQL server known that the configuration names. A configuration that is wrong changes nothing: the host
 * goes on with the last good one, or without a database, and health says what is wrong. Safe for use by any thread.
 */
@Component(
        service = HealthProbe.class,
        immediate = true,
        configurationPid = ConfiguredServer.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ConfiguredServer.Config.class)
public final class ConfiguredServer implements HealthProbe, AutoCloseable {

    /** Settings. */
    @ObjectClassDefinition(
            name = "PostgreSQL server",
            description = "Without this configuration the host runs a private server of its own.")
    public @interface Config {
        @AttributeDefinition(description = "JDBC URL without credentials: jdbc:postgresql://host:5432/database.")
        String url() default "";

        @AttributeDefinition(description = "The role of the pool. It needs no right to create anything.")
        String user() default "";

        @AttributeDefinition(description = "A file whose first line is the password of the role. Empty: no password.")
        String passwordFile() default "";

        @AttributeDefinition(description = "The role that owns the tables and migrates them. Empty: the pool's role.")
        String ownerUser() default "";

        @AttributeDefinition(description = "A file whose first line is the password of the owner.")
        String ownerPasswordFile() default "";

        @AttributeDefinition(
                description = "libpq's sslmode.",
                options = {
                    @Option("disable"),
                    @Option("prefer"),
                    @Option("require"),
                    @Option("verify-ca"),
                    @Option("verify-full")
                })
        String tlsMode() default "prefer";

        @AttributeDefinition(description = "A file of root certificates in PEM form, for verify-ca and verify-full.")
        String tlsRootCertificateFile() default "";
    }

    static final String PID = "dev.seneschal.storage.server";

    private static final Logger LOG = LoggerFactory.getLogger(ConfiguredServer.class);

    private final Function<DatabaseServer, Runnable> offering;
    private Runnable withdrawal;
    private Health health;

    @Activate
    public ConfiguredServer(BundleContext context, Config config) {
        this(config, server -> {
            var registration = context.registerService(
                    DatabaseServer.class, server, new Hashtable<>(Map.of(SERVICE_RANKING, 100)));
            return registration::unregister;
        });
    }

    /** @param offering makes a server known and returns what makes it unknown again */
    ConfiguredServer(Config config, Function<DatabaseServer, Runnable> offering) {
        this.offering = offering;
        configure(config);
    }

    /** Takes another configuration. */
    @Modified
    synchronized void configure(Config config) {
        try {
            var server = NamedServer.of(config);
            var before = withdrawal;
            withdrawal = offering.apply(server);
            if (before != null) {
                before.run();
            }
            health = new Health(Status.UP, server.url() + " as " + server.application());
        } catch (IllegalArgumentException e) {
            var known = withdrawal != null;
            health = new Health(
                    known ? Status.DEGRADED : Status.DOWN,
                    PID + ": " + e.getMessage() + (known ? " The settings before are still in use." : ""));
            LOG.error("The settings in etc/{}.cfg are not used: {}", PID, e.getMessage(), e);
        }
    }

    @Override
    public String name() {
        return "storage-server";
    }

    @Override
    public synchronized Health check() {
        return health;
    }

    @Deactivate
    @Override
    public synchronized void close() {
        if (withdrawal != null) {
            withdrawal.run();
            withdrawal = null;
        }
    }
}
