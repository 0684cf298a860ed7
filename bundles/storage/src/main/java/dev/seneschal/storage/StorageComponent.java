package dev.seneschal.storage;

import dev.seneschal.api.health.HealthProbe;
import dev.seneschal.api.storage.DatabaseServer;
import dev.seneschal.api.storage.SchemaState;
import dev.seneschal.api.storage.Schemas;
import dev.seneschal.storage.pool.Connections;
import dev.seneschal.storage.pool.Notifications;
import dev.seneschal.storage.pool.PostgresStorage;
import dev.seneschal.storage.schema.Migrator;
import dev.seneschal.storage.schema.SchemaExtender;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.jdbc.DataSourceFactory;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the pool and the listener while a database server is known, and lets the extender hand out the storage.
 *
 * <p>Safe for use by any thread. Another server makes a new one of these; another configuration changes this one, and a
 * configuration that is wrong changes nothing but the health.
 */
@Component(
        service = {Schemas.class, HealthProbe.class, MeterBinder.class},
        immediate = true,
        configurationPid = StorageComponent.PID)
@Designate(ocd = StorageComponent.Config.class)
public final class StorageComponent implements Schemas, HealthProbe, MeterBinder, AutoCloseable {

    /** Settings. */
    @ObjectClassDefinition(name = "Storage")
    public @interface Config {
        @AttributeDefinition(description = "Connections in the pool. 2 to 200.", min = "2", max = "200")
        int poolSize() default POOL_SIZE;
    }

    private static final Logger LOG = LoggerFactory.getLogger(StorageComponent.class);
    static final String PID = "dev.seneschal.storage";
    private static final int POOL_SIZE = 10;

    private final Connections connections;
    private final Notifications notifications;
    private final SchemaExtender extender;
    private volatile String rejected = "";

    @Activate
    public StorageComponent(
            @Reference(policyOption = ReferencePolicyOption.GREEDY) DatabaseServer server,
            @Reference(target = "(osgi.jdbc.driver.class=org.postgresql.Driver)") DataSourceFactory driver,
            BundleContext context,
            Config config) {
        this.connections = new Connections(driver, server, POOL_SIZE);
        configure(config);
        this.notifications = new Notifications(connections);
        var storage = new PostgresStorage(connections, notifications);
        this.extender = new SchemaExtender(context, new Migrator(connections), storage, Clock.systemUTC());
    }

    /** Begins to listen and to migrate. */
    @Activate
    void start() {
        notifications.start();
        extender.open();
    }

    /** Takes another configuration. */
    @Modified
    void configure(Config config) {
        int size;
        try {
            size = config.poolSize();
        } catch (RuntimeException e) {
            LOG.debug("The declarative services cannot convert the setting", e);
            reject("poolSize is not a number");
            return;
        }
        if (size < 2 || size > 200) {
            reject("poolSize is " + size);
            return;
        }
        connections.resize(size);
        rejected = "";
    }

    private void reject(String what) {
        rejected = PID + ": " + what + "; it must be 2 to 200. It stays " + connections.size() + ".";
        LOG.error("{}", rejected);
    }

    @Override
    public List<SchemaState> list() {
        return extender.list();
    }

    @Override
    public void retry(String schema) {
        extender.retry(schema);
    }

    @Override
    public String name() {
        return "storage";
    }

    @Override
    public Health check() {
        try (var connection = connections.pool().getConnection()) {
            if (!connection.isValid(1)) {
                return new Health(
                        Status.DOWN,
                        "PostgreSQL does not answer at " + connections.server().url());
            }
        } catch (SQLException e) {
            return new Health(
                    Status.DOWN,
                    "PostgreSQL cannot be reached at " + connections.server().url() + ": " + e.getMessage());
        }
        var schemas = extender.health();
        return schemas.status() == Status.DOWN || rejected.isEmpty()
                ? schemas
                : new Health(Status.DEGRADED, rejected + " " + schemas.detail());
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("seneschal.storage.connections.active", connections, c -> c.usage()
                        .active())
                .description("Connections in use")
                .register(registry);
        Gauge.builder("seneschal.storage.connections.idle", connections, c -> c.usage()
                        .idle())
                .description("Connections at rest")
                .register(registry);
        Gauge.builder("seneschal.storage.connections.waiting", connections, c -> c.usage()
                        .waiting())
                .description("Callers that wait for a connection")
                .register(registry);
    }

    @Deactivate
    @Override
    public void close() {
        extender.close();
        notifications.close();
        connections.close();
    }
}
