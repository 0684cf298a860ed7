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

    private static final Duration LOGIN = Duration.ofSeconds(10);
    private static final Duration COMMAND = Duration.ofMinutes(1);

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
                client.connect(Host.ADMIN, "127.0.0.1", port).verify(LOGIN).getSession()) {
            session.addPasswordIdentity(Host.PASSWORD);
            session.auth().verify(LOGIN);
            var output = new ByteArrayOutputStream();
            try (var channel = session.createExecChannel(command)) {
                channel.setOut(output);
                channel.setErr(output);
                channel.open().verify(LOGIN);
                var events = channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), COMMAND);
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
