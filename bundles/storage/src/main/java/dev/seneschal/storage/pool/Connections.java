package dev.seneschal.storage.pool;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.seneschal.api.storage.DatabaseServer;
import java.sql.Connection;
import java.sql.SQLException;
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
    private static final long PATIENCE_MILLIS = 1_000;

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
        config.setMinimumIdle(Math.min(2, size));
        config.setConnectionTimeout(PATIENCE_MILLIS);
        config.setValidationTimeout(PATIENCE_MILLIS / 2);
        config.setInitializationFailTimeout(-1);
        config.setAutoCommit(true);
        this.pool = new HikariDataSource(config);
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
        postgres.setConnectTimeout(2);
        postgres.setLoginTimeout(2);
        postgres.setTcpKeepAlive(true);
        postgres.setReWriteBatchedInserts(true);
        return source;
    }

    /** Returns the pool of the application's role. */
    public DataSource pool() {
        return pool;
    }

    /** Opens a connection of the application's role outside the pool, for LISTEN. */
    public Connection open() throws SQLException {
        return application.getConnection();
    }

    /** Opens a connection of the owner's role, for migrations. */
    public Connection openAsOwner() throws SQLException {
        return owner.getConnection();
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
