package dev.seneschal.realtime.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seneschal.api.realtime.Channels;
import dev.seneschal.api.tenant.TenantId;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.support.completers.ArgumentCommandLine;
import org.junit.jupiter.api.Test;

final class CommandsTest {

    private static final TenantId ACME = new TenantId("acme");

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);

    /** Has two of each. */
    private static final class Two implements Channels {

        @Override
        public void publish(TenantId tenant, String channel, String data) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Connection> connections() {
            return List.of(connection(TenantId.DEFAULT, "user:ann", "websocket"), connection(ACME, "key:ci", "sse"));
        }

        private static Connection connection(TenantId tenant, String user, String transport) {
            return new Connection(
                    new UUID(1, 2),
                    tenant,
                    user,
                    transport,
                    "192.0.2.7",
                    3,
                    512,
                    Instant.parse("2026-11-24T10:00:00Z"));
        }

        @Override
        public List<Channel> channels() {
            return List.of(
                    new Channel(TenantId.DEFAULT, "metrics:host", 2, "e1", 41),
                    new Channel(ACME, "events:a", 1, "e2", 7));
        }
    }

    /** Has nothing. */
    private static final class None implements Channels {

        @Override
        public void publish(TenantId tenant, String channel, String data) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Connection> connections() {
            return List.of();
        }

        @Override
        public List<Channel> channels() {
            return List.of();
        }
    }

    private String printed() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    @Test
    void connectionsShowsWhoIsConnectedAndHow() {
        new ConnectionsCommand(new Two(), null, out).execute();

        assertThat(printed().lines())
                .anyMatch(line -> line.matches("00000000-0000-0001.*default.*user:ann.*websocket.*192.0.2.7.*3.*512.*"))
                .anyMatch(line -> line.matches(".*acme.*key:ci.*sse.*2026-11-24T10:00:00Z.*"));
    }

    @Test
    void channelsShowsWhatIsListenedTo() {
        new ChannelsCommand(new Two(), null, out).execute();

        assertThat(printed().lines())
                .anyMatch(line -> line.matches("default.*metrics:host.*2.*e1.*41.*"))
                .anyMatch(line -> line.matches("acme.*events:a.*1.*e2.*7.*"));
    }

    @Test
    void aTenantLimitsBothToItsOwn() {
        new ConnectionsCommand(new Two(), "acme", out).execute();
        new ChannelsCommand(new Two(), "acme", out).execute();

        assertThat(printed()).contains("key:ci", "events:a").doesNotContain("user:ann", "metrics:host");
    }

    @Test
    void bothSayWhenThereIsNothing() {
        new ConnectionsCommand(new None(), null, out).execute();
        new ChannelsCommand(new None(), null, out).execute();

        assertThat(printed()).contains("Nobody is connected.", "Nobody listens to any channel.");
    }

    @Test
    void theTenantIsCompletedFromThoseThatListen() {
        var candidates = new ArrayList<String>();
        CommandLine line = new ArgumentCommandLine("a", 1);

        new TenantCompleter(new Two()).complete(null, line, candidates);

        assertThat(candidates).extracting(String::strip).containsExactly("acme");
    }
}
