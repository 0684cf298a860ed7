package dev.seneschal.realtime;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Settings of channels and connections. */
@ObjectClassDefinition(name = "Realtime")
public @interface RealtimeConfig {

    /** The configuration's name. */
    String PID = "dev.seneschal.realtime";

    @AttributeDefinition(
            description = "Origins, beside the host's own, whose pages may connect, such as https://admin.example.com.")
    String[] allowedOrigins() default {};

    @AttributeDefinition(
            description =
                    "Namespaces (the part of a channel's name before the first colon) whose history is in memory only.")
    String[] memoryNamespaces() default {"metrics"};

    @AttributeDefinition(description = "Publications kept in memory per channel. 1 to 100,000.")
    int historySize() default 1_000;

    @AttributeDefinition(description = "Bytes these may occupy per channel. 1,024 to 1 GiB.")
    int historyBytes() default 1_048_576;

    @AttributeDefinition(description = "Most publications that one recovery may bring. 0 to 100,000.")
    int recoverySize() default 10_000;

    @AttributeDefinition(
            description = "Bytes of history that may wait for one client beside the queue. 1,024 to 1 GiB.")
    int recoveryBytes() default 4_194_304;

    @AttributeDefinition(description = "Most publications that one request for history brings. 1 to 10,000.")
    int historyPageSize() default 300;

    @AttributeDefinition(
            description = "Bytes that may wait for one client before it is disconnected as slow. 1,024 to 1 GiB.")
    int queueBytes() default 1_048_576;

    @AttributeDefinition(description = "Longest message of a client, in bytes. 1,024 to 16 MiB.")
    int maxMessageBytes() default 65_536;

    @AttributeDefinition(description = "Most connections on this node. 1 to 1,000,000.")
    int maxConnections() default 50_000;

    @AttributeDefinition(description = "Most channels of one connection. 1 to 10,000.")
    int maxChannelsPerConnection() default 128;

    @AttributeDefinition(description = "Most channels on this node. 1 to 1,000,000.")
    int maxChannels() default 20_000;

    @AttributeDefinition(
            description =
                    "Seconds for which a channel without subscribers keeps its publications in memory. 0 to 3,600.")
    int channelLingerSeconds() default 60;

    @AttributeDefinition(description = "Seconds between pings to a client. 1 to 300.")
    int pingSeconds() default 25;

    @AttributeDefinition(description = "Seconds within which a client must answer a ping. 1 to 300.")
    int pongTimeoutSeconds() default 8;

    @AttributeDefinition(description = "Seconds within which a client must say connect. 1 to 300.")
    int connectTimeoutSeconds() default 10;

    @AttributeDefinition(description = "Seconds that stopping waits for clients to be told to connect again. 0 to 60.")
    int drainTimeoutSeconds() default 3;
}
