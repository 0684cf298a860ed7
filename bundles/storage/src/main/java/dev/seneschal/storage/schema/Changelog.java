package dev.seneschal.storage.schema;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;

/**
 * A bundle's change sets, {@code db/<schema>.sql} of its class loader.
 *
 * @param schema the schema's name
 * @param requires the schemas that must be in place before
 * @param loader where the file is
 */
public record Changelog(String schema, Set<String> requires, ClassLoader loader) {

    /** Checks the name. */
    public Changelog {
        if (!schema.matches("[a-z][a-z0-9-]{0,62}")) {
            throw new IllegalArgumentException("'" + schema + "' is not a schema name: letters, digits and hyphens.");
        }
        requires = Set.copyOf(requires);
    }

    /** Returns the path of the file. */
    public String path() {
        return path(schema);
    }

    static String path(String schema) {
        return "db/" + schema + ".sql";
    }

    /** Returns the SHA-256 of the file, in hexadecimal. */
    String digest() throws IOException {
        try (InputStream in = loader.getResourceAsStream(path())) {
            if (in == null) {
                throw new IOException("The bundle names the schema '" + schema + "' but holds no " + path());
            }
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(in.readAllBytes()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
