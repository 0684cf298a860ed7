package dev.seneschal.storage.schema;

import dev.seneschal.storage.pool.Connections;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** What the application's role may do, seen and given by the owner's. Not thread safe. */
final class Rights {

    private static final String ROLE = "SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = ?";

    private static final String USAGE = "SELECT has_schema_privilege(?, 'seneschal', 'USAGE')";

    /** A changelog may have taken rights away; another role gets what the one before it has. */
    private static final String RELATIONS =
            """
            SELECT c.oid::regclass AS name, c.relkind = 'S' AS is_sequence,
                   (SELECT string_agg(DISTINCT a.privilege_type, ', ')
                      FROM aclexplode(c.relacl) a
                     WHERE a.grantee NOT IN (0, c.relowner)) AS rights
              FROM pg_class c
             WHERE c.relnamespace = 'seneschal'::regnamespace
               AND c.relkind IN ('r', 'p', 'v', 'm', 'S')""";

    private static final String OF_A_TABLE = "SELECT, INSERT, UPDATE, DELETE";
    private static final String OF_A_SEQUENCE = "USAGE, SELECT";

    private final Connection owner;
    private final String role;

    Rights(Connection owner, String role) {
        this.owner = owner;
        this.role = role;
    }

    /** Makes sure that row-level security holds for the role: PostgreSQL silently shows some roles every row. */
    void check() throws SQLException, NotYetException {
        try (var statement = owner.prepareStatement(ROLE)) {
            statement.setString(1, role);
            try (var rows = statement.executeQuery()) {
                if (rows.next() && (rows.getBoolean("rolsuper") || rows.getBoolean("rolbypassrls"))) {
                    throw new NotYetException("the role " + role + " sees the rows of every tenant, because it "
                            + (rows.getBoolean("rolsuper") ? "is a superuser" : "has BYPASSRLS")
                            + ". Name another one as user in etc/dev.seneschal.storage.server.cfg, or run: ALTER ROLE "
                            + quoted() + " NOSUPERUSER NOBYPASSRLS;");
                }
            }
        }
    }

    /** Gives the role what it needs in the schema, now and for tables to come, unless it has it. */
    void grant() throws SQLException {
        if (areGranted()) {
            return;
        }
        var grants = new ArrayList<String>();
        grants.add("GRANT USAGE ON SCHEMA " + Connections.SCHEMA + " TO ");
        grants.add(future(OF_A_TABLE + " ON TABLES"));
        grants.add(future(OF_A_SEQUENCE + " ON SEQUENCES"));
        grants.addAll(present());
        try (var statement = owner.createStatement()) {
            for (var grant : grants) {
                statement.execute(grant + quoted());
            }
        }
    }

    /** Returns whether the role has what it needs in the schema, which must be there. */
    boolean areGranted() throws SQLException {
        try (var statement = owner.prepareStatement(USAGE)) {
            statement.setString(1, role);
            try (var rows = statement.executeQuery()) {
                rows.next();
                return rows.getBoolean(1);
            }
        }
    }

    private static String future(String rights) {
        return "ALTER DEFAULT PRIVILEGES IN SCHEMA " + Connections.SCHEMA + " GRANT " + rights + " TO ";
    }

    private List<String> present() throws SQLException {
        var grants = new ArrayList<String>();
        try (var statement = owner.createStatement();
                var rows = statement.executeQuery(RELATIONS)) {
            while (rows.next()) {
                boolean sequence = rows.getBoolean("is_sequence");
                var rights = rows.getString("rights");
                grants.add("GRANT " + (rights != null ? rights : sequence ? OF_A_SEQUENCE : OF_A_TABLE) + " ON "
                        + (sequence ? "SEQUENCE " : "TABLE ") + rows.getString("name") + " TO ");
            }
        }
        return grants;
    }

    private String quoted() throws SQLException {
        try (var statement = owner.createStatement()) {
            return statement.enquoteIdentifier(role, true);
        }
    }
}
