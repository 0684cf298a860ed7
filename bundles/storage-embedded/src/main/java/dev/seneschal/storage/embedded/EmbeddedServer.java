package dev.seneschal.storage.embedded;

import dev.seneschal.api.health.HealthProbe;
import dev.seneschal.api.storage.DatabaseServer;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
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
 * Runs a private PostgreSQL server for as long as it is active, unless the configuration names another server, and
 * registers {@link DatabaseServer} once it accepts connections.
 *
 * <p>Everything runs on one thread of its own: it starts the server, starts it again if it dies, and tries again every few
 * seconds while it cannot be started.
 */
@Component(
        service = HealthProbe.class,
        immediate = true,
        configurationPid = {"dev.seneschal.storage.embedded", "dev.seneschal.storage.server"})
public final class EmbeddedServer implements HealthProbe, AutoCloseable {

    /** Settings. */
    @ObjectClassDefinition(
            pid = EmbeddedServer.PID,
            name = "Embedded PostgreSQL",
            description = "Used while dev.seneschal.storage.server names no other server.")
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

    /** What the configuration of another server has; if it names one, this one is not used. */
    @interface OtherServer {
        String url() default "";
    }

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedServer.class);
    static final String PID = "dev.seneschal.storage.embedded";
    private static final int RETRY_SECONDS = 3;

    private final BundleContext context;
    private final DataSourceFactory driver;
    private final Path home;
    private final Cluster cluster;
    private final int fixedPort;
    private final int sharedBuffersMegabytes;
    private final ScheduledExecutorService worker;
    private volatile Health health = new Health(Status.DOWN, "PostgreSQL is starting");
    private FileLock lock;
    private PrivateDatabase database;
    private ServiceRegistration<DatabaseServer> registration;
    private volatile boolean stopping;

    @Activate
    public EmbeddedServer(
            BundleContext context,
            @Reference(target = "(osgi.jdbc.driver.class=org.postgresql.Driver)") DataSourceFactory driver,
            Config config,
            OtherServer other) {
        if (config.port() < 0 || config.port() > 65_535) {
            throw new IllegalArgumentException(PID + ": port is " + config.port() + "; it must be 0 to 65535.");
        }
        if (config.sharedBuffersMegabytes() < 16 || config.sharedBuffersMegabytes() > 65_536) {
            throw new IllegalArgumentException(PID + ": sharedBuffersMegabytes is " + config.sharedBuffersMegabytes()
                    + "; it must be 16 to 65536.");
        }
        this.context = context;
        this.driver = driver;
        this.home = config.directory().isBlank()
                ? Path.of(System.getProperty("karaf.data", "data"), "postgresql")
                        .toAbsolutePath()
                : Path.of(config.directory()).toAbsolutePath();
        this.cluster = new Cluster(home.resolve("programs"), home.resolve("cluster"));
        this.fixedPort = config.port();
        this.sharedBuffersMegabytes = config.sharedBuffersMegabytes();
        this.worker = Executors.newSingleThreadScheduledExecutor(task -> {
            var thread = new Thread(task, "seneschal-postgresql");
            thread.setDaemon(true);
            return thread;
        });
        if (other.url().isBlank()) {
            Future<?> unused = worker.submit(this::start);
        } else {
            health = new Health(Status.UP, "not used: dev.seneschal.storage.server names " + other.url());
        }
    }

    private void start() {
        try {
            prepare();
            if (database == null) {
                database = new PrivateDatabase(driver, fixedPort, Passwords.in(home.resolve("passwords")));
            }
            cluster.start(database.port(), sharedBuffersMegabytes);
            database.create();
            watch();
            health = new Health(Status.UP, "PostgreSQL serves 127.0.0.1:" + database.port() + " from " + home);
            LOG.info("PostgreSQL started: port={} directory={}", database.port(), home);
            if (registration == null) {
                registration = context.registerService(DatabaseServer.class, database, null);
            }
        } catch (Exception e) {
            if (stopping) {
                LOG.debug("The start was given up because the host stops", e);
                return;
            }
            var detail = "PostgreSQL does not start: " + e.getMessage();
            if (!detail.equals(health.detail())) {
                LOG.error("{} (tries again every {} s)", detail, RETRY_SECONDS, e);
            }
            health = new Health(Status.DOWN, detail);
            if (fixedPort == 0 && registration == null) {
                database = null;
            }
            Future<?> unused = worker.schedule(this::start, RETRY_SECONDS, TimeUnit.SECONDS);
        }
    }

    private void prepare() throws IOException {
        try {
            Files.createDirectories(home);
        } catch (IOException e) {
            throw new IOException(
                    "the directory " + home + " cannot be written; make it writable for user "
                            + System.getProperty("user.name") + " or set directory in etc/" + PID + ".cfg",
                    e);
        }
        if (!Files.isWritable(home)) {
            throw new IOException("the directory " + home + " cannot be written; make it writable for user "
                    + System.getProperty("user.name") + " or set directory in etc/" + PID + ".cfg");
        }
        if (lock == null) {
            lock = lock();
        }
        Binaries.unpack(home.resolve("programs"));
        cluster.create(Passwords.in(home.resolve("passwords")));
    }

    private FileLock lock() throws IOException {
        var channel = FileChannel.open(home.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            var taken = channel.tryLock();
            if (taken != null) {
                return taken;
            }
        } catch (OverlappingFileLockException e) {
            LOG.debug("Another component of this process holds the lock of {}", home, e);
        }
        channel.close();
        throw new IOException("another host uses " + home + "; stop it, or set directory in etc/" + PID + ".cfg");
    }

    /** Starts the server again when its process ends without our doing. */
    private void watch() throws IOException {
        var process = cluster.process()
                .orElseThrow(() -> new IOException("the server ended at once; see " + home.resolve("start.log")));
        Future<?> unused = process.onExit().thenRun(() -> restart(process.pid()));
    }

    private void restart(long pid) {
        if (!stopping) {
            LOG.warn("PostgreSQL ended unexpectedly and is started again: pid={}", pid);
            health = new Health(Status.DOWN, "PostgreSQL ended unexpectedly and is started again");
            Future<?> unused = worker.submit(this::start);
        }
    }

    @Override
    public String name() {
        return "storage-embedded";
    }

    @Override
    public Health check() {
        return health;
    }

    /** Withdraws the server, so that nobody asks it any more, and stops it. Takes as long as PostgreSQL's fast shutdown. */
    @Deactivate
    @Override
    public void close() {
        stopping = true;
        Future<?> stopped = worker.submit(this::stop);
        worker.shutdown();
        try {
            if (!worker.awaitTermination(60, TimeUnit.SECONDS)) {
                LOG.warn("PostgreSQL has not stopped yet: done={}", stopped.isDone());
                worker.shutdownNow();
            }
        } catch (InterruptedException e) {
            worker.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private void stop() {
        if (registration != null) {
            registration.unregister();
            registration = null;
        }
        try {
            if (lock != null) {
                cluster.stop();
                lock.acquiredBy().close();
            }
        } catch (IOException e) {
            LOG.warn("PostgreSQL could not be stopped; the next start ends it: directory={}", home, e);
        }
    }
}
