package dev.seneschal.storage.embedded;

import dev.seneschal.api.storage.DatabaseServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import org.osgi.service.jdbc.DataSourceFactory;

/** The database {@code seneschal} on the private server, and its roles. Immutable. */
final class PrivateDatabase implements DatabaseServer {

    private static final String DATABASE = "seneschal";

    private final DataSourceFactory driver;
    private final int port;
    private final Passwords passwords;

    /** Takes the port, or a free one if it is 0. */
    PrivateDatabase(DataSourceFactory driver, int port, Passwords passwords) throws IOException {
        this.driver = driver;
        this.port = port == 0 ? freePort() : port;
        this.passwords = passwords;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    int port() {
        return port;
    }

    /** Creates the roles and the database where they are missing. */
    void create() throws SQLException {
        try (var connection = connect()) {
            createRole(connection, Passwords.OWNER);
            createRole(connection, Passwords.APPLICATION);
            if (!exists(connection, "SELECT 1 FROM pg_database WHERE datname = ?", DATABASE)) {
                execute(connection, "CREATE DATABASE " + DATABASE + " OWNER " + Passwords.OWNER);
            }
        }
    }

    private Connection connect() throws SQLException {
        var properties = new Properties();
        properties.setProperty(DataSourceFactory.JDBC_URL, "jdbc:postgresql://127.0.0.1:" + port + "/postgres");
        properties.setProperty(DataSourceFactory.JDBC_USER, Passwords.SUPERUSER);
        properties.setProperty(DataSourceFactory.JDBC_PASSWORD, passwords.of(Passwords.SUPERUSER));
        return driver.createDataSource(properties).getConnection();
    }

    private void createRole(Connection connection, String role) throws SQLException {
        if (!exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = ?", role)) {
            execute(connection, "CREATE ROLE " + role + " LOGIN PASSWORD '" + passwords.of(role) + "'");
        }
    }

    private static boolean exists(Connection connection, String sql, String name) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            statement.setString(1, name);
            try (var rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + DATABASE;
    }

    @Override
    public Login owner() {
        return new Login(Passwords.OWNER, passwords.of(Passwords.OWNER));
    }

    @Override
    public Login application() {
        return new Login(Passwords.APPLICATION, passwords.of(Passwords.APPLICATION));
    }
}
