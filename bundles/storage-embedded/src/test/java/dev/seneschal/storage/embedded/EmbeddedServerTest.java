package dev.seneschal.storage.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.seneschal.api.health.HealthProbe.Status;
import dev.seneschal.api.storage.DatabaseServer;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.osgi.PGDataSourceFactory;

final class EmbeddedServerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path home;

    private final List<DatabaseServer> offered = new CopyOnWriteArrayList<>();
    private final List<DatabaseServer> withdrawn = new CopyOnWriteArrayList<>();
    private final List<EmbeddedServer> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(EmbeddedServer::close);
    }

    private EmbeddedServer open(Path directory, int port, boolean otherServer) {
        var server = new EmbeddedServer(config(directory, port, 16), otherServer, new PGDataSourceFactory(), offer -> {
            offered.add(offer);
            return () -> withdrawn.add(offer);
        });
        opened.add(server);
        server.start();
        return server;
    }

    private static EmbeddedServer.Config config(Path directory, int port, int sharedBuffersMegabytes) {
        Map<String, Object> values = Map.of(
                "directory", directory.toString(), "port", port, "sharedBuffersMegabytes", sharedBuffersMegabytes);
        return (EmbeddedServer.Config) Proxy.newProxyInstance(
                EmbeddedServer.Config.class.getClassLoader(),
                new Class<?>[] {EmbeddedServer.Config.class},
                (self, method, arguments) -> values.get(method.getName()));
    }

    private static void awaitHealth(EmbeddedServer server, Status status, String... details) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(server.check().status()).isEqualTo(status);
            assertThat(server.check().detail()).contains(details);
        });
    }

    private static int port(DatabaseServer server) {
        return URI.create(server.url().substring("jdbc:".length())).getPort();
    }

    private static ServerSocket occupy(int port) throws IOException {
        return new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"));
    }

    private static void assertServes(DatabaseServer server) throws Exception {
        var login = server.application();
        try (var connection = DriverManager.getConnection(server.url(), login.user(), login.password())) {
            assertThat(connection.isValid(5)).isTrue();
        }
    }

    @Test
    void offersTheServerAndTakesAnotherPortWhenItsOwnIsTaken() throws Exception {
        var server = open(home, 0, false);
        awaitHealth(server, Status.UP, "PostgreSQL serves 127.0.0.1:");
        assertServes(offered.get(0));
        int first = port(offered.get(0));

        var passwords = home.resolve("passwords");
        var kept = Files.move(passwords, home.resolve("kept"));
        Files.createFile(passwords);
        new PostmasterFile(home.resolve("cluster")).process().orElseThrow().destroy();
        awaitHealth(server, Status.DOWN, "holds no password");
        try (var thief = occupy(first)) {
            Files.move(kept, passwords, StandardCopyOption.REPLACE_EXISTING);
            await().atMost(PATIENCE).until(() -> offered.size() == 2);
            assertThat(thief.isBound()).isTrue();
        }

        assertThat(withdrawn).containsExactly(offered.get(0));
        assertThat(port(offered.get(1))).isNotEqualTo(first);
        awaitHealth(server, Status.UP, "127.0.0.1:" + port(offered.get(1)));
        assertServes(offered.get(1));
    }

    @Test
    void saysWhichPortIsInUseAndStartsWhenItIsFree() throws Exception {
        EmbeddedServer server;
        try (var other = occupy(0)) {
            server = open(home, other.getLocalPort(), false);
            awaitHealth(server, Status.DOWN, "port " + other.getLocalPort(), "in use", EmbeddedServer.PID);
            assertThat(offered).isEmpty();
        }

        awaitHealth(server, Status.UP, "PostgreSQL serves");
    }

    @Test
    void doesNotStartAgainOnceItIsClosed() throws Exception {
        try (var other = occupy(0)) {
            var server = open(home, other.getLocalPort(), false);
            awaitHealth(server, Status.DOWN, "in use");
            server.close();
        }

        assertThat(offered).isEmpty();
        assertThat(new PostmasterFile(home.resolve("cluster")).process()).isEmpty();
    }

    @Test
    void saysThatItsDirectoryIsNone() throws Exception {
        var file = Files.createFile(home.resolve("file"));

        awaitHealth(open(file, 0, false), Status.DOWN, file + " is not a directory", "set directory in etc/");
        awaitHealth(open(file.resolve("below"), 0, false), Status.DOWN, "cannot be written", "set directory in etc/");
    }

    @Test
    void saysThatAnotherHostUsesItsDirectory() throws Exception {
        var first = open(home, 0, false);
        awaitHealth(first, Status.UP, "PostgreSQL serves");

        awaitHealth(open(home, 0, false), Status.DOWN, "another host uses " + home);
    }

    @Test
    void keepsOnlyTheProgramsItRuns() throws Exception {
        Files.createFile(Files.createDirectory(home.resolve("programs-of-another-release"))
                .resolve("file"));

        awaitHealth(open(home, 0, false), Status.UP, "PostgreSQL serves");

        try (var programs = Files.list(home)) {
            assertThat(programs.filter(file -> file.getFileName().toString().startsWith("programs")))
                    .singleElement()
                    .isNotEqualTo(home.resolve("programs-of-another-release"));
        }
    }

    @Test
    void staysAwayWhileAnotherServerIsConfiguredWellOrBadly() {
        assertThat(open(home, 0, true).check().detail()).contains("not used", "dev.seneschal.storage.server");
        assertThat(home).isEmptyDirectory();
    }

    @Test
    void namesTheSettingThatIsOutOfRange() {
        assertRejected(config(home, 65_536, 64), "port is 65536; it must be 0 to 65535");
        assertRejected(config(home, -1, 64), "port is -1; it must be 0 to 65535");
        assertRejected(config(home, 0, 15), "sharedBuffersMegabytes is 15; it must be 16 to 65536");
    }

    private static void assertRejected(EmbeddedServer.Config config, String detail) {
        try (var server = new EmbeddedServer(config, false, new PGDataSourceFactory(), offer -> () -> {})) {
            assertThat(server.check().status()).isEqualTo(Status.DOWN);
            assertThat(server.check().detail()).contains(EmbeddedServer.PID, detail);
        }
    }
}
