package dev.seneschal.mail.smtp;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** Settings of the way to a mail server. */
@ObjectClassDefinition(name = "SMTP")
public @interface SmtpConfig {
    @AttributeDefinition(description = "Name of the server. It must be in the server's certificate.")
    String host() default "";

    @AttributeDefinition(
            description = "Port. 1 to 65,535, or 0 for the usual one: 25 for none, 587 for starttls, 465 for tls.",
            min = "0",
            max = "65535")
    int port() default 0;

    @AttributeDefinition(
            description = "How the connection is encrypted: starttls and tls refuse to go on without.",
            options = {@Option("none"), @Option("starttls"), @Option("tls")})
    String tlsMode() default "starttls";

    @AttributeDefinition(
            description = "PEM file with the certificates to trust instead of those of the Java runtime.",
            required = false)
    String trustFile() default "";

    @AttributeDefinition(description = "User to log in as; empty to send without.", required = false)
    String user() default "";

    @AttributeDefinition(description = "File that holds the password, read at each login.", required = false)
    String passwordFile() default "";

    @AttributeDefinition(
            description = "Domain this host greets servers with; empty for the name of the machine.",
            required = false)
    String fromDomain() default "";

    @AttributeDefinition(
            description = "Address that bounces go to; empty for the author of each message.",
            required = false)
    String envelopeFrom() default "";

    @AttributeDefinition(description = "Seconds to wait for a connection. 1 to 300.", min = "1", max = "300")
    int connectTimeoutSeconds() default 10;

    @AttributeDefinition(description = "Seconds to wait for a reply. 1 to 600.", min = "1", max = "600")
    int replyTimeoutSeconds() default 60;

    @AttributeDefinition(
            description = "Seconds to wait for the reply to a whole message; then it is unknown whether the server has"
                    + " it. RFC 5321 asks for 600. 1 to 3,600.",
            min = "1",
            max = "3600")
    int endOfDataTimeoutSeconds() default 600;

    @AttributeDefinition(description = "Connections at once. 1 to 100.", min = "1", max = "100")
    int maxConnections() default 5;

    @AttributeDefinition(
            description = "Seconds that an unused connection is kept open. 0 to 3,600.",
            min = "0",
            max = "3600")
    int idleSeconds() default 30;

    @AttributeDefinition(
            description = "Messages sent over one connection before it is closed. 1 to 100,000.",
            min = "1",
            max = "100000")
    int messagesPerConnection() default 100;
}
