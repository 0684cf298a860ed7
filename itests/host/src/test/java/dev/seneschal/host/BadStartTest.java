package dev.seneschal.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A host that cannot start in full says what is in its way, in its log and wherever it can be asked. */
class BadStartTest {

    private static final Duration START = Duration.ofMinutes(5);

    @Test
    void saysWhichPortIsTaken() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var host = Host.unpacked()) {
            host.configure("org.apache.felix.http.cfg", "org.osgi.service.http.port", taken.getLocalPort());
            var complaint = "HTTP does not listen: 127.0.0.1 port " + taken.getLocalPort() + " is in use";

            host.start();

            awaitLog(host, complaint);
            await().atMost(START).untilAsserted(() -> assertThat(shell(host, "seneschal:status --no-format"))
                    .contains("The host is DOWN", "not listening", complaint));
        }
    }

    @Test
    void saysWhichDirectoryItCannotWrite() throws IOException {
        try (var host = Host.unpacked()) {
            var directory = host.home().resolve("data/postgresql");
            Files.createDirectories(directory.getParent());
            Files.writeString(directory, "in the way");

            host.start();

            awaitLog(host, "PostgreSQL does not start", directory.toString());
            awaitNotReady(host, "storage-embedded");
            assertThat(Files.readString(directory)).isEqualTo("in the way");

            Files.delete(directory);
            host.awaitReady();
        }
    }

    @Test
    void saysWhichSettingIsOutOfRange() throws IOException {
        try (var host = Host.unpacked()) {
            host.configure("dev.seneschal.storage.cfg", "poolSize", 0);

            host.start();

            awaitLog(host, "dev.seneschal.storage: poolSize is 0; it must be 2 to 200.");
            awaitNotReady(host, "storage");

            host.configure("dev.seneschal.storage.cfg", "poolSize", 5);
            host.awaitReady();
        }
    }

    private static void awaitLog(Host host, String... parts) {
        await().atMost(START).untilAsserted(() -> assertThat(host.log()).contains(parts));
    }

    /** Waits until the host says to anyone who asks that this part of it is not well. */
    private static void awaitNotReady(Host host, String probe) {
        await().atMost(START).untilAsserted(() -> assertThat(ready(host))
                .containsPattern("\"name\":\"" + probe + "\",\"status\":\"(DOWN|DEGRADED)\""));
    }

    /** Returns the body, or what failed: the log may tell of a fault before anything listens. */
    private static String ready(Host host) {
        try {
            return host.send(HttpRequest.newBuilder(host.url("/health/ready"))
                            .timeout(Duration.ofSeconds(10))
                            .build())
                    .body();
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Returns what the command printed, or what failed. */
    private static String shell(Host host, String command) {
        try {
            return host.shell(command);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
