package dev.seneschal.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Capabilities leave and return and every bundle is updated while a host application publishes. */
@Tag("faults")
class SwapTest {

    private static final int PER_SECOND = 200;
    private static final List<String> CAPABILITIES = List.of("realtime", "notification", "retention");
    private static final List<String> BUNDLES = List.of(
            "realtime",
            "notification",
            "retention",
            "mailbox",
            "mail",
            "jobs",
            "eventlog",
            "audit",
            "access",
            "gateway",
            "storage",
            "storage-embedded",
            "micrometer",
            "api",
            "jdbi");

    @Test
    void noSwapLosesOrDoublesAnything() throws IOException {
        try (var host = Host.running()) {
            var mails = Mails.aboutEvery(20, host);
            try (var client = new LiveClient(host, EventStream.CHANNEL)) {
                await().until(client::subscribed);
                try (var stream = new EventStream(host, PER_SECOND)) {
                    for (var capability : CAPABILITIES) {
                        reinstall(host, capability);
                        stream.awaitMore(PER_SECOND);
                    }
                    for (var bundle : BUNDLES) {
                        update(host, bundle);
                        stream.awaitMore(PER_SECOND);
                    }
                    int count = stream.finish();

                    stream.assertEachIsThereOnce(count);
                    await().atMost(Duration.ofMinutes(1)).until(() -> client.position() == count);
                    client.assertSawEachOnce(count);
                    mails.assertEachIsAccountedFor(count);
                    System.out.printf(
                            "%d events, %d connections, refused: %s%n", count, client.connections(), stream.refusals());
                }
            }
        }
    }

    private static void reinstall(Host host, String capability) throws IOException {
        assertThat(host.shell("feature:uninstall seneschal-" + capability)).doesNotContain("Error");
        assertThat(host.shell("bundle:list --no-format -s")).doesNotContain("seneschal-" + capability);
        assertThat(host.shell("feature:install seneschal-" + capability)).doesNotContain("Error");
        host.awaitReady();
        assertThat(host.shell("bundle:list --no-format -s")).contains("seneschal-" + capability);
    }

    private static void update(Host host, String bundle) throws IOException {
        host.shell("bundle:update seneschal-" + bundle);
        await().atMost(Duration.ofMinutes(1)).until(() -> host.shell("bundle:list --no-format -s seneschal-" + bundle)
                .contains("Active"));
        host.awaitReady();
    }
}
