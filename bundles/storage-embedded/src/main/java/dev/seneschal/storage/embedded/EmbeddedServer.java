package dev.seneschal.storage.embedded;

import dev.seneschal.api.health.HealthProbe;
import dev.seneschal.api.storage.DatabaseServer;
import dev.seneschal.storage.embedded.Supervisor.Offer;
import dev.seneschal.storage.embedded.Supervisor.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.jdbc.DataSourceFactory;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a private PostgreSQL server for as long as it is active, unless there is a configuration of another server, be it
 * right or wrong, and registers {@link DatabaseServer} once it accepts connections. Safe for use by any thread.
 */
@Component(
        service = HealthProbe.class,
        immediate = true,
        configurationPid = {EmbeddedServer.PID, EmbeddedServer.OTHER_PID})
public final class EmbeddedServer implements HealthProbe, AutoCloseable {

    /** Settings. */
    @ObjectClassDefinition(
            pid = EmbeddedServer.PID,
            name = "Embedded PostgreSQL",
            description = "Used while there is no configuration dev.seneschal.storage.server.")
    public @interface Config {
        @AttributeDefinition(description = "Where the server keeps its data. Empty: postgresql in the host's data.")
        String directory() default "";

        @AttributeDefinition(
                description = "The TCP port on 127.0.0.1. 0 to 65535; 0 takes a free one.",
                min = "0",
                max = "65535")
        int port() default 0;

        @AttributeDefinition(description = "PostgreSQL's shared_buffers. 16 to 65536.", min = "16", max = "65536")
        int sharedBuffersMegabytes() default 64;
    }

    /** Which configurations there are: the declarative services say it in the property {@code service.pid}. */
    @interface Origin {
        String[] service_pid() default {};
    }

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedServer.class);
    static final String PID = "dev.seneschal.storage.embedded";
    static final String OTHER_PID = "dev.seneschal.storage.server";

    private final Supervisor supervisor;
    private final Health idle;

    @Activate
    public EmbeddedServer(
            BundleContext context,
            @Reference(target = "(osgi.jdbc.driver.class=org.postgresql.Driver)") DataSourceFactory driver,
            Config config,
            Origin origin) {
        this(config, List.of(origin.service_pid()).contains(OTHER_PID), driver, server -> {
            var registration = context.registerService(DatabaseServer.class, server, null);
            return registration::unregister;
        });
    }

    EmbeddedServer(
            Config config, boolean otherServer, DataSourceFactory driver, Function<DatabaseServer, Offer> offering) {
        Supervisor prepared = null;
        Health health = null;
        if (otherServer) {
            health = new Health(Status.UP, "not used: there is a configuration " + OTHER_PID);
        } else {
            try {
                prepared = new Supervisor(settings(config), driver, offering);
            } catch (RuntimeException e) {
                health = new Health(Status.DOWN, PID + ": " + e.getMessage());
                LOG.error("PostgreSQL is not started; mend etc/{}.cfg", PID, e);
            }
        }
        this.supervisor = prepared;
        this.idle = health;
    }

    /** Begins to start the server, unless another one is configured. */
    @Activate
    void start() {
        if (supervisor != null) {
            supervisor.begin();
        }
    }

    private static Settings settings(Config config) {
        var directory = config.directory().isBlank()
                ? Path.of(System.getProperty("karaf.data", "data"), "postgresql")
                : Path.of(config.directory());
        return new Settings(directory.toAbsolutePath(), config.port(), config.sharedBuffersMegabytes());
    }

    @Override
    public String name() {
        return "storage-embedded";
    }

    @Override
    public Health check() {
        return supervisor == null ? idle : supervisor.health();
    }

    /** Withdraws the server, so that nobody asks it any more, and stops it. Takes as long as PostgreSQL's fast shutdown. */
    @Deactivate
    @Override
    public void close() {
        if (supervisor != null) {
            supervisor.close();
        }
    }
}
