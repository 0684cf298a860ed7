package dev.seneschal.realtime;

import dev.seneschal.realtime.connection.ConnectionSettings;
import dev.seneschal.realtime.hub.HubSettings;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;

/** The configuration, checked. */
final class CheckedConfig {

    private static final int GIBIBYTE = 1 << 30;

    private final RealtimeConfig config;

    CheckedConfig(RealtimeConfig config) {
        this.config = config;
    }

    HubSettings hub() {
        return new HubSettings(
                Set.of(config.memoryNamespaces()),
                within("historySize", config.historySize(), 1, 100_000),
                within("historyBytes", config.historyBytes(), 1_024, GIBIBYTE),
                within("recoverySize", config.recoverySize(), 0, 100_000),
                within("recoveryBytes", config.recoveryBytes(), 1_024, GIBIBYTE),
                within("historyPageSize", config.historyPageSize(), 1, 10_000),
                queueBytes() / 2, // beside what else waits for the client
                within("maxChannels", config.maxChannels(), 1, 1_000_000),
                seconds("channelLingerSeconds", config.channelLingerSeconds(), 0, 3_600));
    }

    ConnectionSettings connections() {
        return new ConnectionSettings(
                within("maxConnections", config.maxConnections(), 1, 1_000_000),
                within("maxChannelsPerConnection", config.maxChannelsPerConnection(), 1, 10_000),
                queueBytes(),
                within("recoveryBytes", config.recoveryBytes(), 1_024, GIBIBYTE),
                within("maxMessageBytes", config.maxMessageBytes(), 1_024, 16 << 20),
                seconds("pingSeconds", config.pingSeconds(), 1, 300),
                seconds("pongTimeoutSeconds", config.pongTimeoutSeconds(), 1, 300),
                seconds("connectTimeoutSeconds", config.connectTimeoutSeconds(), 1, 300),
                seconds("drainTimeoutSeconds", config.drainTimeoutSeconds(), 0, 60));
    }

    private int queueBytes() {
        return within("queueBytes", config.queueBytes(), 1_024, GIBIBYTE);
    }

    Set<String> allowedOrigins() {
        for (var origin : config.allowedOrigins()) {
            if (!isOrigin(origin)) {
                throw new IllegalArgumentException(RealtimeConfig.PID + ": allowedOrigins has " + origin
                        + "; an origin is a scheme, a host in lower case and perhaps a port, such as"
                        + " https://admin.example.com, without a path.");
            }
        }
        return Set.of(config.allowedOrigins());
    }

    private static boolean isOrigin(String text) {
        try {
            var uri = URI.create(text);
            return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getRawPath().isEmpty()
                    && text.equals(text.toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static Duration seconds(String key, int value, int least, int most) {
        return Duration.ofSeconds(within(key, value, least, most));
    }

    private static int within(String key, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    RealtimeConfig.PID + ": " + key + " is " + value + "; it must be " + least + " to " + most + ".");
        }
        return value;
    }
}
