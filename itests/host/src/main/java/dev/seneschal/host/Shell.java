package dev.seneschal.host;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;

/** A host's shell, reached over SSH with a connection for each command. Used by one thread. */
final class Shell implements AutoCloseable {

    /** Long enough for a machine that is busy: it tells a hang from an answer. */
    private static final Duration DEADLINE = Duration.ofMinutes(1);

    private final int port;
    private final SshClient client = SshClient.setUpDefaultClient();

    Shell(int port) {
        this.port = port;
        client.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
        client.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
        client.start();
    }

    /**
     * Runs a command and returns what it printed, errors as well.
     *
     * @throws IOException if the host does not let the administrator in, or the command does not end in a minute
     */
    String run(String command) throws IOException {
        try (var session =
                client.connect(Host.ADMIN, "127.0.0.1", port).verify(DEADLINE).getSession()) {
            session.addPasswordIdentity(Host.PASSWORD);
            session.auth().verify(DEADLINE);
            var output = new ByteArrayOutputStream();
            try (var channel = session.createExecChannel(command)) {
                channel.setOut(output);
                channel.setErr(output);
                channel.open().verify(DEADLINE);
                var events = channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), DEADLINE);
                var printed = output.toString(StandardCharsets.UTF_8);
                if (events.contains(ClientChannelEvent.TIMEOUT)) {
                    throw new IOException("'" + command + "' does not end; so far it has printed: " + printed);
                }
                return printed;
            }
        }
    }

    @Override
    public void close() {
        client.stop();
    }
}
