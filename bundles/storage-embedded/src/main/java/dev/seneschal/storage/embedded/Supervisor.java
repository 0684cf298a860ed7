package dev.seneschal.storage.embedded;

import dev.seneschal.api.health.HealthProbe.Health;
import dev.seneschal.api.health.HealthProbe.Status;
import dev.seneschal.api.storage.DatabaseServer;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.osgi.service.jdbc.DataSourceFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a server running until it is closed, and offers it once it accepts connections.
 *
 * <p>Safe for use by any thread. Everything runs on one thread of its own: it starts the server, starts it again if it
 * dies, and tries again every few seconds while it cannot be started.
 */
final class Supervisor implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);
    private static final int RETRY_SECONDS = 3;

    private final Settings settings;
    private final DataSourceFactory driver;
    private final Function<DatabaseServer, Offer> offering;
    private final ScheduledThreadPoolExecutor worker;
    private volatile Health health = new Health(Status.DOWN, "PostgreSQL is starting");
    private volatile boolean stopping;
    private Home home;
    private Path programs;
    private Cluster cluster;
    private PrivateDatabase database;
    private Offer offer;

    /** @param offering makes a server known that accepts connections */
    Supervisor(Settings settings, DataSourceFactory driver, Function<DatabaseServer, Offer> offering) {
        this.settings = settings;
        this.driver = driver;
        this.offering = offering;
        this.worker = new ScheduledThreadPoolExecutor(1, task -> {
            var thread = new Thread(task, "seneschal-postgresql");
            thread.setDaemon(true);
            thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
            return thread;
        });
        worker.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Begins to start the server. */
    void begin() {
        Future<?> unused = worker.submit(this::start);
    }

    Health health() {
        return health;
    }

    private void start() {
        if (stopping) {
            return;
        }
        try {
            prepare();
            startOnPort();
            database.create();
            watch();
            deleteOtherPrograms();
            if (offer == null) {
                offer = offering.apply(database);
            }
            health = new Health(
                    Status.UP, "PostgreSQL serves 127.0.0.1:" + database.port() + " from " + settings.directory());
            LOG.info("PostgreSQL started: port={} directory={}", database.port(), settings.directory());
        } catch (IOException | SQLException | RuntimeException e) {
            if (stopping) {
                LOG.debug("The start was given up because the host stops", e);
                return;
            }
            var detail =
                    "PostgreSQL does not start: " + (e instanceof FileSystemException ? e.toString() : e.getMessage());
            if (!detail.equals(health.detail())) {
                LOG.error("{} (tries again every {} s)", detail, RETRY_SECONDS, e);
            }
            health = new Health(Status.DOWN, detail);
            Future<?> unused = worker.schedule(this::start, RETRY_SECONDS, TimeUnit.SECONDS);
        }
    }

    private void prepare() throws IOException {
        var directory = settings.directory();
        if (home == null) {
            home = Home.open(directory);
        }
        programs = Binaries.unpack(directory);
        if (cluster == null) {
            cluster = new Cluster(programs, directory.resolve("cluster"));
        }
        cluster.create(passwords());
        if (database == null) {
            database = new PrivateDatabase(driver, settings.port(), passwords());
        }
    }

    private Passwords passwords() throws IOException {
        return Passwords.in(settings.directory().resolve("passwords"));
    }

    /** A port that was found free can be taken since; without a fixed one, the server moves to another. */
    private void startOnPort() throws IOException {
        try {
            cluster.start(database.port(), settings.sharedBuffersMegabytes());
        } catch (PortTakenException e) {
            if (settings.port() != 0) {
                throw e;
            }
            LOG.info("PostgreSQL takes another port, {} is in use", database.port(), e);
            withdraw();
            database = new PrivateDatabase(driver, 0, passwords());
            cluster.start(database.port(), settings.sharedBuffersMegabytes());
        }
    }

    private void deleteOtherPrograms() {
        try {
            Binaries.deleteOthers(programs);
        } catch (IOException e) {
            LOG.warn("The programs of another release cannot be deleted: directory={}", settings.directory(), e);
        }
    }

    /** Starts the server again when its process ends without our doing. */
    private void watch() throws IOException {
        var process = cluster.process()
                .orElseThrow(
                        () -> new IOException("the server ended at once; see start.log in " + settings.directory()));
        Future<?> unused = process.onExit().thenRun(() -> restart(process.pid()));
    }

    private void restart(long pid) {
        if (!stopping) {
            LOG.warn("PostgreSQL ended unexpectedly and is started again: pid={}", pid);
            health = new Health(Status.DOWN, "PostgreSQL ended unexpectedly and is started again");
            Future<?> unused = worker.submit(this::start);
        }
    }

    private void withdraw() {
        if (offer != null) {
            offer.close();
            offer = null;
        }
    }

    /** Withdraws the server, so that nobody asks it any more, and stops it. Takes as long as PostgreSQL's fast shutdown. */
    @Override
    public void close() {
        if (worker.isShutdown()) {
            return;
        }
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
        withdraw();
        try {
            if (cluster != null) {
                cluster.stop();
            }
            if (home != null) {
                home.close();
            }
        } catch (IOException e) {
            LOG.warn("PostgreSQL could not be stopped; the next start ends it: directory={}", settings.directory(), e);
        }
    }

    /** A server others know of. */
    interface Offer extends AutoCloseable {
        /** Makes it unknown again. */
        @Override
        void close();
    }

    /**
     * What the operator may choose.
     *
     * @param directory where everything of the server is
     * @param port the TCP port on 127.0.0.1, or 0 for a free one
     * @param sharedBuffersMegabytes PostgreSQL's shared_buffers
     */
    record Settings(Path directory, int port, int sharedBuffersMegabytes) {

        /** Checks the ranges. */
        Settings {
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException("port is " + port + "; it must be 0 to 65535.");
            }
            if (sharedBuffersMegabytes < 16 || sharedBuffersMegabytes > 65_536) {
                throw new IllegalArgumentException(
                        "sharedBuffersMegabytes is " + sharedBuffersMegabytes + "; it must be 16 to 65536.");
            }
        }
    }
}
