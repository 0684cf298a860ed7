package dev.seneschal.storage.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.seneschal.api.storage.DatabaseServer.Login;
import dev.seneschal.api.storage.StorageUnavailableException;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.osgi.PGDataSourceFactory;

/** A server of its own that neither answers nor refuses: every one of its processes is stopped by a signal. */
@Timeout(120)
final class HangingServerTest {

    @TempDir
    private Path data;

    private EmbeddedPostgres postgres;
    private Connections connections;
    private Notifications notifications;
    private PostgresStorage storage;

    @BeforeEach
    void start() throws Exception {
        postgres = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setServerConfig("unix_socket_directories", "")
                .start();
        var login = new Login("postgres", null);
        var url = "jdbc:postgresql://localhost:" + postgres.getPort() + "/postgres";
        connections = new Connections(new PGDataSourceFactory(), new NamedServer(url, login, login), 3);
        notifications = new Notifications(connections);
        notifications.start();
        storage = new PostgresStorage(connections, notifications);
    }

    @AfterEach
    void stop() throws Exception {
        signal("CONT");
        notifications.close();
        connections.close();
        postgres.close();
    }

    private void signal(String name) throws Exception {
        long pid = Long.parseLong(
                Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip());
        var server = ProcessHandle.of(pid).orElseThrow();
        var command = new ArrayList<>(List.of("kill", "-" + name));
        Stream.concat(Stream.of(server), server.descendants())
                .forEach(process -> command.add(String.valueOf(process.pid())));
        new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    private int one() {
        return storage.system()
                .<Integer, RuntimeException>read(handle ->
                        handle.createQuery("SELECT 1").mapTo(Integer.class).one());
    }

    @Test
    void whoeverComesWhileTheServerHangsHearsThatItIsAway() throws Exception {
        assertThat(one()).isEqualTo(1);

        signal("STOP");
        assertThatThrownBy(this::one).isInstanceOf(StorageUnavailableException.class);
        signal("CONT");

        await().atMost(Duration.ofSeconds(30))
                .ignoreException(StorageUnavailableException.class)
                .until(() -> one() == 1);
    }

    @Test
    void workInWhoseMidstTheServerHangsFailsAndListenersAreCalledAfterwards() throws Exception {
        var heard = new CopyOnWriteArrayList<String>();
        try (var listening = storage.listen("greetings", heard::add)) {
            assertThat(listening).isNotNull();
            await().until(() -> heard.size() == 1);

            assertThatThrownBy(() -> storage.system().run(handle -> {
                        signal("STOP");
                        handle.execute("SELECT 1");
                    }))
                    .isInstanceOf(StorageUnavailableException.class);
            signal("CONT");

            await().atMost(Duration.ofSeconds(30))
                    .ignoreException(StorageUnavailableException.class)
                    .until(() -> one() == 1 && heard.size() == 2);
        }
    }
}
