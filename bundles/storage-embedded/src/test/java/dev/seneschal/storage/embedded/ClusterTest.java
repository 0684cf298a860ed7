package dev.seneschal.storage.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.osgi.PGDataSourceFactory;

final class ClusterTest {

    @TempDir
    private static Path unpacked;

    @TempDir
    private Path home;

    private Path programs;
    private Passwords passwords;
    private Cluster cluster;
    private PrivateDatabase database;

    @BeforeEach
    void create() throws Exception {
        programs = Binaries.unpack(unpacked);
        passwords = Passwords.in(home.resolve("passwords"));
        cluster = open();
        cluster.create(passwords);
        database = new PrivateDatabase(new PGDataSourceFactory(), 0, passwords);
        cluster.start(database.port(), 16);
        database.create();
    }

    @AfterEach
    void stop() throws IOException {
        cluster.stop();
    }

    private Cluster open() {
        return new Cluster(programs, home.resolve("cluster"));
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(
                database.url(), database.owner().user(), database.owner().password());
    }

    private String query(String sql) throws SQLException {
        try (var connection = connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private void execute(String sql) throws SQLException {
        try (var connection = connect();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void keepsItsDataOverARestart() throws Exception {
        execute("CREATE TABLE kept AS SELECT 'here' AS what");
        cluster.stop();

        cluster.start(database.port(), 16);

        assertThat(query("SELECT what FROM kept")).isEqualTo("here");
    }

    @Test
    void listensOnTheLoopbackAddressOnlyAndAsksForAPassword() throws Exception {
        assertThat(query("SHOW listen_addresses")).isEqualTo("127.0.0.1");
        assertThat(query("SHOW fsync")).isEqualTo("on");
        assertThatThrownBy(() -> DriverManager.getConnection(database.url(), Passwords.APPLICATION, "guess"))
                .hasMessageContaining("password authentication failed");
        assertThat(Files.getPosixFilePermissions(home.resolve("passwords"))).hasSize(2);
    }

    @Test
    void endsAServerThatAKilledHostLeftBehindAndKeepsItsData() throws Exception {
        execute("CREATE TABLE kept AS SELECT 'here' AS what");
        var leftBehind = cluster.process().orElseThrow();

        var restarted = open();
        restarted.create(passwords);
        restarted.start(database.port(), 16);

        await().until(() -> !leftBehind.isAlive());
        assertThat(query("SELECT what FROM kept")).isEqualTo("here");
        cluster = restarted;
    }

    @Test
    void keepsItsDataWhenTheServerItselfIsKilled() throws Exception {
        execute("CREATE TABLE kept AS SELECT 'here' AS what");
        var server = cluster.process().orElseThrow();
        server.destroyForcibly();
        await().until(() -> !server.isAlive());

        await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> {
            cluster.start(database.port(), 16);
            return true;
        });

        assertThat(query("SELECT what FROM kept")).isEqualTo("here");
    }

    @Test
    void leavesAStrangerAloneWhoHasTheNumberOfAServerThatWasKilled() throws Exception {
        var stranger = new ProcessBuilder("cat").start();
        try {
            startsAlthoughItsNumberIsNow(stranger.pid());
            assertThat(stranger.isAlive()).isTrue();
        } finally {
            stranger.destroy();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void leavesTheHostAloneWhenOneOfItsThreadsHasTheNumberOfAServerThatWasKilled() throws Exception {
        long thread = Long.parseLong(
                Path.of("/proc/thread-self").toRealPath().getFileName().toString());
        assertThat(ProcessHandle.of(thread)).isPresent();
        startsAlthoughItsNumberIsNow(thread);
    }

    private void startsAlthoughItsNumberIsNow(long pid) throws Exception {
        execute("CREATE TABLE kept AS SELECT 'here' AS what");
        var file = home.resolve("cluster").resolve("postmaster.pid");
        var lines = Files.readAllLines(file);
        cluster.stop();
        lines.set(0, String.valueOf(pid));
        Files.write(file, lines);

        assertThat(cluster.process()).isEmpty();
        cluster.start(database.port(), 16);

        assertThat(query("SELECT what FROM kept")).isEqualTo("here");
    }

    @Test
    void saysThatItsPortIsInUseAndWhichSettingChangesIt() throws Exception {
        cluster.stop();
        try (var other = new ServerSocket(database.port(), 1, InetAddress.getByName("127.0.0.1"))) {
            assertThatThrownBy(() -> cluster.start(other.getLocalPort(), 16))
                    .isInstanceOf(PortTakenException.class)
                    .hasMessageContaining("port " + other.getLocalPort())
                    .hasMessageContaining("set port in etc/dev.seneschal.storage.embedded.cfg");
        }
    }

    @Test
    void stopsWithAHostThatIsKilled() throws Exception {
        cluster.stop();
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var host = new ProcessBuilder(
                        java,
                        "-cp",
                        System.getProperty("java.class.path"),
                        HostThatIsKilled.class.getName(),
                        programs.toString(),
                        home.resolve("cluster").toString(),
                        String.valueOf(database.port()))
                .inheritIO()
                .start();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> cluster.process().filter(ProcessHandle::isAlive).isPresent()
                        && Files.exists(home.resolve("started")));
        var server = cluster.process().orElseThrow();

        host.destroyForcibly();

        await().atMost(Duration.ofSeconds(30)).until(() -> !server.isAlive());
        assertThat(host.isAlive()).isFalse();
    }

    @Test
    void saysWhichProgramFailedAndWhatItSaid() throws Exception {
        cluster.stop();
        Files.writeString(home.resolve("cluster").resolve("postgresql.conf"), "nonsense = here\n");

        assertThatThrownBy(() -> cluster.start(database.port(), 16))
                .hasMessageContaining("pg_ctl ended with")
                .hasMessageContaining("unrecognized configuration parameter \"nonsense\"");
    }

    /** A process that starts the server and then waits to be killed. */
    static final class HostThatIsKilled {

        private HostThatIsKilled() {}

        public static void main(String[] arguments) throws Exception {
            var data = Path.of(arguments[1]);
            new Cluster(Path.of(arguments[0]), data).start(Integer.parseInt(arguments[2]), 16);
            Files.createFile(data.resolveSibling("started"));
            Thread.currentThread().join();
        }
    }
}
