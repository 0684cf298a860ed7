package dev.seneschal.storage.pool;

import dev.seneschal.api.storage.DatabaseServer;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.postgresql.Driver;

/**
 * A server as the configuration describes it.
 *
 * @param url where it is, and how the connection is secured
 * @param application the login of the pool
 * @param owner the login that owns the tables
 */
record NamedServer(String url, Login application, Login owner) implements DatabaseServer {

    private static final Set<String> TLS_MODES = Set.of("disable", "prefer", "require", "verify-ca", "verify-full");

    /**
     * Reads the configuration and the files it names.
     *
     * @throws IllegalArgumentException if something is missing or wrong; says which key and what it must be
     */
    static NamedServer of(ConfiguredServer.Config config) {
        check(config);
        var root = config.tlsRootCertificateFile();
        var url = config.url()
                + (config.url().contains("?") ? "&" : "?")
                + "sslmode="
                + config.tlsMode()
                + (root.isBlank() ? "" : "&sslrootcert=" + URLEncoder.encode(root, StandardCharsets.UTF_8));
        var application = new Login(config.user(), password("passwordFile", config.passwordFile()));
        return new NamedServer(
                url,
                application,
                config.ownerUser().isBlank()
                        ? application
                        : new Login(config.ownerUser(), password("ownerPasswordFile", config.ownerPasswordFile())));
    }

    private static void check(ConfiguredServer.Config config) {
        if (config.url().isBlank()) {
            throw new IllegalArgumentException(
                    "url is missing; it must be a JDBC URL such as jdbc:postgresql://localhost:5432/seneschal.");
        }
        var parts = config.url().startsWith("jdbc:postgresql:") ? Driver.parseURL(config.url(), null) : null;
        if (parts == null) {
            throw new IllegalArgumentException("url is '" + config.url()
                    + "'; it must be a JDBC URL such as jdbc:postgresql://localhost:5432/seneschal.");
        }
        if (parts.containsKey("user") || parts.containsKey("password") || parts.containsKey("sslmode")) {
            throw new IllegalArgumentException(
                    "url holds user, password or sslmode; set user, passwordFile and tlsMode instead.");
        }
        if (config.user().isBlank()) {
            throw new IllegalArgumentException("user is missing; name the role the pool logs in with.");
        }
        if (!TLS_MODES.contains(config.tlsMode())) {
            throw new IllegalArgumentException("tlsMode is '" + config.tlsMode()
                    + "'; it must be disable, prefer, require, verify-ca or verify-full.");
        }
        var root = config.tlsRootCertificateFile();
        if (!root.isBlank() && !Files.isReadable(Path.of(root))) {
            throw new IllegalArgumentException("tlsRootCertificateFile " + root + " cannot be read by this process.");
        }
    }

    private static String password(String key, String file) {
        if (file.isBlank()) {
            return null;
        }
        try {
            var lines = Files.readAllLines(Path.of(file));
            if (lines.isEmpty() || lines.get(0).isBlank()) {
                throw new IllegalArgumentException(
                        key + " " + file + " is empty; its first line must be the password.");
            }
            return lines.get(0).strip();
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    key + " " + file + " cannot be read; create it, readable by this process.", e);
        }
    }
}
