package dev.seneschal.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The host works on a PostgreSQL server that is not its own, and that goes away for a while. */
class OutageTest {

    private static final Duration OUTAGE = Duration.ofSeconds(60);

    @TempDir
    private Path data;

    @Test
    void anAbsentDatabaseIsSaidClearlyAndEverythingResumesByItself() throws Exception {
        var postgres = start(0);
        int port = postgres.getPort();
        createRoles(postgres);
        try (var host = Host.unpacked()) {
            var file = "dev.seneschal.storage.server.cfg";
            host.configure(file, "url", "jdbc:postgresql://127.0.0.1:" + port + "/seneschal");
            host.configure(file, "user", "app");
            host.configure(file, "ownerUser", "owner");
            host.start();
            host.awaitReady();
            var mails = Mails.aboutEvery(20, host);
            try (var client = subscribed(host);
                    var stream = new EventStream(host, 50)) {
                stream.awaitMore(100);

                postgres.close();
                var began = Instant.now();

                await().atMost(Duration.ofSeconds(30))
                        .until(() -> publish(host).statusCode() == 503 && !host.isReady());
                var asked = Instant.now();
                var refusal = publish(host);
                System.out.printf(
                        "refused with %d after %d ms%n",
                        refusal.statusCode(),
                        Duration.between(asked, Instant.now()).toMillis());
                assertThat(refusal.statusCode()).isEqualTo(503);
                assertThat(refusal.headers().firstValue("Retry-After")).isPresent();
                assertThat(refusal.headers().firstValue("Content-Type")).hasValue("application/problem+json");
                assertThat(host.get("/health/live").statusCode()).isEqualTo(200);
                await().atMost(OUTAGE.plusMinutes(1))
                        .until(() -> Duration.between(began, Instant.now()).compareTo(OUTAGE) > 0);
                assertThat(host.isReady()).isFalse();

                postgres = start(port);
                host.awaitReady();
                stream.awaitMore(100);
                int count = stream.finish();
                stream.assertEachIsThereOnce(count);
                await().atMost(Duration.ofMinutes(1)).until(() -> client.position() == count);
                client.assertSawEachOnce(count);
                mails.assertEachIsAccountedFor(count);
            }
        } finally {
            postgres.close();
        }
    }

    private static LiveClient subscribed(Host host) {
        var client = new LiveClient(host, EventStream.CHANNEL);
        await().until(client::subscribed);
        return client;
    }

    private static HttpResponse<String> publish(Host host) throws IOException {
        return host.send(host.request("/api/v1/events")
                .header("Content-Type", "application/cloudevents+json")
                .POST(
                        BodyPublishers.ofString(
                                """
                        {"specversion":"1.0","id":"probe","source":"/test/probe","type":"test.probe"}"""))
                .build());
    }

    private EmbeddedPostgres start(int port) throws IOException {
        return EmbeddedPostgres.builder()
                .setDataDirectory(data.resolve("cluster"))
                .setCleanDataDirectory(false)
                .setPort(port)
                .setServerConfig("unix_socket_directories", "")
                .start();
    }

    private static void createRoles(EmbeddedPostgres postgres) throws SQLException {
        try (var connection = postgres.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("CREATE ROLE owner LOGIN");
            statement.execute("CREATE ROLE app LOGIN");
            statement.execute("CREATE DATABASE seneschal OWNER owner");
        }
    }
}
