package dev.seneschal.storage.pool;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.seneschal.api.storage.DatabaseServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Properties;
import javax.sql.DataSource;
import org.osgi.service.jdbc.DataSourceFactory;

/**
 * The ways to the server: a pool of the application's role, single connections of either role. Safe for use by any
 * thread; closing it ends the pool, open single connections stay their owners' business.
 */
public final class Connections implements AutoCloseable {

    /** The PostgreSQL schema all tables of the host live in. */
    public static final String SCHEMA = "seneschal";

    /** How long a caller waits for a connection before it hears that the database is away. */
    private static final long PATIENCE_MILLIS = 750;

    /** How many times as long it waits while the database is there and others use every connection. */
    private static final int ROUNDS = 6;

    /** How long a server may take for what needs no work, such as a login; it hangs if it takes longer. */
    private static final int ANSWER_SECONDS = 2;

    private static final int IDLE = 2;

    private final DatabaseServer server;
    private final HikariDataSource pool;
    private final DataSource application;
    private final DataSource owner;

    /**
     * Prepares the pool; connects when first asked.
     *
     * @param size how many connections at most
     */
    public Connections(DataSourceFactory driver, DatabaseServer server, int size) {
        this.server = server;
        try {
            this.application = dataSource(driver, server, server.application());
            this.owner = dataSource(driver, server, server.owner());
        } catch (SQLException e) {
            throw new IllegalArgumentException("The driver does not accept " + server.url() + ": " + e.getMessage(), e);
        }
        var config = new HikariConfig();
        config.setPoolName("seneschal");
        config.setDataSource(application);
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(Math.min(IDLE, size));
        config.setConnectionTimeout(PATIENCE_MILLIS);
        config.setValidationTimeout(PATIENCE_MILLIS / 2);
        config.setInitializationFailTimeout(-1);
        config.setAutoCommit(true);
        config.setThreadFactory(Connections::thread);
        // Not by the constructor that takes the settings: that one starts threads, and this pool may never be used.
        this.pool = new HikariDataSource();
        config.copyStateTo(pool);
    }

    /** Whoever asks first starts the pool; its threads must not keep that caller's context class loader. */
    private static Thread thread(Runnable task) {
        var thread = new Thread(task, "seneschal-pool");
        thread.setDaemon(true);
        thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
        return thread;
    }

    private static DataSource dataSource(DataSourceFactory driver, DatabaseServer server, DatabaseServer.Login login)
            throws SQLException {
        var properties = new Properties();
        properties.setProperty(DataSourceFactory.JDBC_URL, server.url());
        properties.setProperty(DataSourceFactory.JDBC_USER, login.user());
        if (login.password() != null) {
            properties.setProperty(DataSourceFactory.JDBC_PASSWORD, login.password());
        }
        var source = driver.createDataSource(properties);
        var postgres = (org.postgresql.ds.common.BaseDataSource) source;
        postgres.setCurrentSchema(SCHEMA);
        postgres.setApplicationName("seneschal");
        postgres.setConnectTimeout(ANSWER_SECONDS);
        postgres.setLoginTimeout(ANSWER_SECONDS);
        postgres.setSocketTimeout(ANSWER_SECONDS);
        postgres.setTcpKeepAlive(true);
        postgres.setReWriteBatchedInserts(true);
        return source;
    }

    /** Returns the pool of the application's role. */
    public DataSource pool() {
        return pool;
    }

    /**
     * Lends a connection of the pool. Its statements must be answered within {@value #ANSWER_SECONDS} s until the caller
     * sets another network timeout.
     *
     * @throws PoolExhaustedException if others use every connection for long
     * @throws SQLException if the database is away
     */
    Connection borrow() throws SQLException {
        for (int round = 1; ; round++) {
            try {
                return pool.getConnection();
            } catch (SQLTransientConnectionException e) {
                int size = pool.getMaximumPoolSize();
                if (usage().active() < size) {
                    throw e;
                }
                if (round == ROUNDS) {
                    throw new PoolExhaustedException(size, e);
                }
            }
        }
    }

    /** Returns how many connections there may be. */
    public int size() {
        return pool.getMaximumPoolSize();
    }

    /** Changes how many connections there may be; those that are too many end when they are given back. */
    public void resize(int size) {
        pool.setMinimumIdle(Math.min(IDLE, size));
        pool.setMaximumPoolSize(size);
    }

    /** Opens a connection of the application's role outside the pool, for LISTEN. */
    public Connection open() throws SQLException {
        var connection = application.getConnection();
        Patience.ORDINARY.applyTo(connection);
        return connection;
    }

    /** Opens a connection of the owner's role, for migrations, which may take as long as they need. */
    public Connection openAsOwner() throws SQLException {
        var connection = owner.getConnection();
        connection.setNetworkTimeout(Runnable::run, 0);
        return connection;
    }

    /** Returns the server these lead to. */
    public DatabaseServer server() {
        return server;
    }

    /** Returns how many connections are in use, idle, and how many callers wait for one. */
    public Usage usage() {
        var bean = pool.getHikariPoolMXBean();
        return bean == null
                ? new Usage(0, 0, 0)
                : new Usage(
                        bean.getActiveConnections(), bean.getIdleConnections(), bean.getThreadsAwaitingConnection());
    }

    @Override
    public void close() {
        pool.close();
    }

    /**
     * The pool at a moment.
     *
     * @param active connections in use
     * @param idle connections at rest
     * @param waiting callers that wait for one
     */
    public record Usage(int active, int idle, int waiting) {}
}
