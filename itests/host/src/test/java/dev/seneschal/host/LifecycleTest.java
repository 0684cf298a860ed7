package dev.seneschal.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** The life of one host: first start on an empty machine, work, a stop, a kill, and the starts after them. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LifecycleTest {

    private static final List<String> METRICS = List.of(
            "\"cpu.process\":",
            "\"heap.used\":",
            "\"gc.count\":",
            "\"threads.live\":",
            "\"bundles.active\":",
            "\"seneschal.storage.connections.idle\":",
            "\"seneschal.gateway.requests.count{",
            "\"seneschal.eventlog.consumer.lag{");

    private static Host host;

    @BeforeAll
    static void unpack() throws IOException {
        host = Host.unpacked();
    }

    @AfterAll
    static void close() throws IOException {
        host.close();
    }

    @Test
    @Order(1)
    void startsOnAnEmptyMachine() throws IOException {
        start();

        assertThat(host.log()).doesNotContain(" ERROR ");
        assertThat(host.shell("seneschal:schema --no-format")).contains("READY").doesNotContain("FAILED");
    }

    @Test
    @Order(2)
    void listensOnThisMachineOnly() throws IOException {
        var listening = Sockets.listening(host.process());

        assertThat(listening).hasSizeGreaterThanOrEqualTo(4).allSatisfy(socket -> assertThat(
                        socket.getAddress().isLoopbackAddress())
                .as("%s", socket)
                .isTrue());
    }

    @Test
    @Order(3)
    void runsTheDeclarativeServicesThatKeepReferencesThroughASwap() throws IOException {
        assertThat(host.shell("bundle:list -t 0 --no-format"))
                .containsPattern("2\\.2\\.18\\s+Apache Felix Declarative Services");
    }

    @Test
    @Order(4)
    void measuresItself() throws IOException {
        try (var lines = host.stream("/api/v1/stream?channel=metrics:host")) {
            // A sample comes each second; the log's lag is looked at a little less often.
            var complete = lines.filter(line -> line.startsWith("data: "))
                    .limit(30)
                    .anyMatch(sample -> METRICS.stream().allMatch(sample::contains));

            assertThat(complete).as("a sample with %s", METRICS).isTrue();
        }
    }

    @Test
    @Order(5)
    void sendsOverSmtpForAsLongAsItIsConfigured() throws Exception {
        var server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.start();
        try {
            host.configure("dev.seneschal.mail.smtp.cfg", "tlsMode", "none");
            host.configure("dev.seneschal.mail.smtp.cfg", "host", "127.0.0.1");
            host.configure(
                    "dev.seneschal.mail.smtp.cfg", "port", server.getSmtp().getPort());
            await().until(() -> host.shell("seneschal:status --no-format").contains("mails go to smtp 127.0.0.1"));

            host.shell("mail:send --to over-smtp@example.org");
            assertThat(server.waitForIncomingEmail(10_000, 1)).isTrue();
            host.removeConfiguration("dev.seneschal.mail.smtp.cfg");
            await().until(() -> host.shell("seneschal:status --no-format").contains("mails go to mailbox"));
            host.shell("mail:send --to kept@example.org");

            assertThat(server.getReceivedMessages()).hasSize(1);
            assertThat(server.getReceivedMessages()[0].getAllRecipients()[0]).hasToString("over-smtp@example.org");
            assertThat(host.get("/api/v1/mailbox/messages").body())
                    .contains("kept@example.org")
                    .doesNotContain("over-smtp@example.org");
        } finally {
            server.stop();
        }
    }

    @Test
    @Order(6)
    void keepsItsDataOverAStop() throws IOException {
        host.shell("access:tenant-create over-a-stop");
        var processes = host.process().descendants().toList();

        host.stop();

        assertThat(processes).isNotEmpty();
        await().until(() -> processes.stream().noneMatch(ProcessHandle::isAlive));
        start();
        assertThat(host.shell("access:tenant-list")).contains("over-a-stop");
    }

    @Test
    @Order(7)
    void keepsItsDataOverAKill() throws IOException {
        host.shell("access:tenant-create over-a-kill");

        host.kill();

        start();
        assertThat(host.shell("access:tenant-list")).contains("over-a-stop", "over-a-kill");
        assertThat(host.log()).doesNotContain(" ERROR ");
    }

    private static void start() throws IOException {
        host.start();
        host.awaitReady();
    }
}
