package dev.seneschal.api.storage;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Where the database is. Registered by whoever knows: the configuration of {@code storage}, or an embedded server once it
 * accepts connections. Of several, the one with the highest service ranking is used.
 */
@ConsumerType
public interface DatabaseServer {

    /** Returns the JDBC URL, without credentials. */
    String url();

    /** Returns the login that owns the tables and changes the schema. */
    Login owner();

    /** Returns the login of the pool; if it differs from the owner, PostgreSQL itself keeps it from changing tables. */
    Login application();

    /**
     * A role and its password.
     *
     * @param user the role's name
     * @param password its password, or null where the server trusts the connection
     */
    record Login(String user, String password) {
        @Override
        public String toString() {
            return user;
        }
    }
}
