package dev.seneschal.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** The life of one host: first start on an empty machine, work, a stop, a kill, and the starts after them. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LifecycleTest {

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
        start("first start");

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
    void keepsItsDataOverAStop() throws IOException {
        host.shell("access:tenant-create over-a-stop");
        var processes = host.process().descendants().toList();

        host.stop();

        assertThat(processes).isNotEmpty();
        await().until(() -> processes.stream().noneMatch(ProcessHandle::isAlive));
        start("second start");
        assertThat(host.shell("access:tenant-list")).contains("over-a-stop");
    }

    @Test
    @Order(5)
    void keepsItsDataOverAKill() throws IOException {
        host.shell("access:tenant-create over-a-kill");

        host.kill();

        start("start after kill -9");
        assertThat(host.shell("access:tenant-list")).contains("over-a-stop", "over-a-kill");
        assertThat(host.log()).doesNotContain(" ERROR ");
    }

    private static void start(String what) throws IOException {
        var began = Instant.now();
        host.start();
        host.awaitReady();
        // A figure, not a bound: the machine may be busy.
        System.out.printf(
                "%s: ready after %d ms%n",
                what, Duration.between(began, Instant.now()).toMillis());
    }
}
