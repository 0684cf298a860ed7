package dev.seneschal.storage.pool;

import dev.seneschal.api.storage.DatabaseServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** The PostgreSQL server the configuration names. Immutable. */
@Component(
        service = DatabaseServer.class,
        configurationPid = "dev.seneschal.storage.server",
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        property = "service.ranking:Integer=100")
@Designate(ocd = ConfiguredServer.Config.class)
public final class ConfiguredServer implements DatabaseServer {

    /** Settings. */
    @ObjectClassDefinition(
            name = "PostgreSQL server",
            description = "Without this configuration the host runs a private server of its own.")
    public @interface Config {
        @AttributeDefinition(description = "JDBC URL without credentials: jdbc:postgresql://host:5432/database.")
        String url();

        @AttributeDefinition(description = "The role of the pool. It needs no right to create anything.")
        String user();

        @AttributeDefinition(description = "A file whose first line is the password of the role. Empty: no password.")
        String passwordFile() default "";

        @AttributeDefinition(description = "The role that owns the tables and migrates them. Empty: the pool's role.")
        String ownerUser() default "";

        @AttributeDefinition(description = "A file whose first line is the password of the owner.")
        String ownerPasswordFile() default "";

        @AttributeDefinition(
                description = "libpq's sslmode.",
                options = {
                    @Option("disable"),
                    @Option("prefer"),
                    @Option("require"),
                    @Option("verify-ca"),
                    @Option("verify-full")
                })
        String tlsMode() default "prefer";

        @AttributeDefinition(description = "A file of root certificates in PEM form, for verify-ca and verify-full.")
        String tlsRootCertificateFile() default "";
    }

    private static final String PID = "dev.seneschal.storage.server";

    private final String url;
    private final Login application;
    private final Login owner;

    @Activate
    public ConfiguredServer(Config config) {
        if (!config.url().startsWith("jdbc:postgresql:")) {
            throw new IllegalArgumentException(PID + ": url is '" + config.url()
                    + "'; it must be a JDBC URL such as jdbc:postgresql://localhost:5432/seneschal.");
        }
        if (config.user().isBlank()) {
            throw new IllegalArgumentException(PID + ": user is empty; name the role the pool logs in with.");
        }
        var tls = config.tlsMode();
        if (!tls.matches("disable|prefer|require|verify-ca|verify-full")) {
            throw new IllegalArgumentException(
                    PID + ": tlsMode is '" + tls + "'; it must be disable, prefer, require, verify-ca or verify-full.");
        }
        var root = config.tlsRootCertificateFile();
        this.url = config.url()
                + (config.url().contains("?") ? "&" : "?")
                + "sslmode="
                + tls
                + (root.isBlank() ? "" : "&sslrootcert=" + root);
        this.application = new Login(config.user(), password(config.passwordFile()));
        this.owner = config.ownerUser().isBlank()
                ? application
                : new Login(config.ownerUser(), password(config.ownerPasswordFile()));
    }

    @Override
    public String url() {
        return url;
    }

    @Override
    public Login owner() {
        return owner;
    }

    @Override
    public Login application() {
        return application;
    }

    private static String password(String file) {
        if (file.isBlank()) {
            return null;
        }
        try (var lines = Files.lines(Path.of(file))) {
            return lines.findFirst().map(String::strip).orElse("");
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    PID + ": the password file " + file + " cannot be read; create it, readable by this process.", e);
        }
    }
}
