package dev.seneschal.mail.smtp;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The configuration, checked.
 *
 * @param trustFile certificates to trust, or null for those of the Java runtime
 * @param user to log in as, or null
 * @param passwordFile holds the password; null without a user
 * @param domain what EHLO says
 * @param envelopeFrom where bounces go, or null for the author
 */
record SmtpSettings(
        String host,
        int port,
        Tls tls,
        Path trustFile,
        String user,
        Path passwordFile,
        String domain,
        String envelopeFrom,
        Duration connectTimeout,
        Duration replyTimeout,
        Duration endOfDataTimeout,
        int maxConnections,
        Duration idle,
        int messagesPerConnection) {

    private static final String PID = "dev.seneschal.mail.smtp";

    /** How the connection is encrypted. */
    enum Tls {
        NONE(25),
        STARTTLS(587),
        TLS(465);

        private final int port;

        Tls(int port) {
            this.port = port;
        }
    }

    static SmtpSettings of(SmtpConfig config) {
        var host = config.host().strip();
        if (!host.matches("[A-Za-z0-9.:_-]{1,253}")) {
            throw bad("host", config.host(), "the name or address of a mail server");
        }
        var tls = tls(config.tlsMode());
        var port = number("port", config.port(), 0, 65_535);
        var user = config.user().isBlank() ? null : config.user();
        if (user != null && config.passwordFile().isBlank()) {
            throw bad("passwordFile", "", "the file with the password of user " + user);
        }
        return new SmtpSettings(
                host,
                port == 0 ? tls.port : port,
                tls,
                file("trustFile", config.trustFile()),
                user,
                user == null ? null : file("passwordFile", config.passwordFile()),
                domain(config.fromDomain().strip()),
                envelope(config.envelopeFrom().strip()),
                Duration.ofSeconds(number("connectTimeoutSeconds", config.connectTimeoutSeconds(), 1, 300)),
                Duration.ofSeconds(number("replyTimeoutSeconds", config.replyTimeoutSeconds(), 1, 600)),
                Duration.ofSeconds(number("endOfDataTimeoutSeconds", config.endOfDataTimeoutSeconds(), 1, 3_600)),
                number("maxConnections", config.maxConnections(), 1, 100),
                Duration.ofSeconds(number("idleSeconds", config.idleSeconds(), 0, 3_600)),
                number("messagesPerConnection", config.messagesPerConnection(), 1, 100_000));
    }

    private static Tls tls(String mode) {
        return switch (mode) {
            case "none" -> Tls.NONE;
            case "starttls" -> Tls.STARTTLS;
            case "tls" -> Tls.TLS;
            default -> throw bad("tlsMode", mode, "none, starttls or tls");
        };
    }

    private static int number(String key, int value, int least, int most) {
        if (value < least || value > most) {
            throw bad(key, String.valueOf(value), least + " to " + most);
        }
        return value;
    }

    private static Path file(String key, String name) {
        if (name.isBlank()) {
            return null;
        }
        var path = Path.of(name);
        if (!Files.isReadable(path)) {
            throw bad(key, name, "a file that this process can read");
        }
        return path;
    }

    private static String domain(String configured) {
        var domain = configured.isEmpty() ? machine() : configured;
        if (!domain.matches("[A-Za-z0-9.-]{1,253}|\\[[0-9A-Za-z.:]+]")) {
            throw bad("fromDomain", domain, "a domain name");
        }
        return domain;
    }

    private static String machine() {
        try {
            var name = InetAddress.getLocalHost().getHostName();
            return name.matches("[A-Za-z0-9.-]{1,253}") ? name : "localhost";
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    private static String envelope(String address) {
        if (address.isEmpty()) {
            return null;
        }
        if (!address.matches("[\\x21-\\x7E&&[^<>]]+@[A-Za-z0-9.-]+")) {
            throw bad("envelopeFrom", address, "a mail address in ASCII");
        }
        return address;
    }

    private static IllegalArgumentException bad(String key, String value, String allowed) {
        return new IllegalArgumentException(PID + ": " + key + " is '" + value + "'; it must be " + allowed + ".");
    }
}
