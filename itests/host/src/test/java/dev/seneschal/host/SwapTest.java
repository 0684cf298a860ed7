package dev.seneschal.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Capabilities leave and return and every bundle is updated while a host application publishes. */
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
                    await().atMost(Duration.ofMinutes(2)).untilAsserted(() -> assertThat(host.classesLoadedTwice())
                            .isEmpty());
                    System.out.printf(
                            "%d events, %d connections, refused: %s%n", count, client.connections(), stream.refusals());
                }
            }
        }
    }

    private static void reinstall(Host host, String capability) throws IOException {
        var name = "seneschal-" + capability;
        var others = host.lastModified();
        assertThat(others.remove(name)).isNotNull();
        assertThat(host.shell("feature:uninstall " + name)).doesNotContain("Error");
        // Libraries that only this capability needs leave with it; nothing else is touched.
        var left = host.lastModified();
        assertThat(others).containsAllEntriesOf(left);
        others.keySet().removeIf(other -> !other.startsWith("seneschal-"));
        assertThat(left).containsAllEntriesOf(others).doesNotContainKey(name);
        assertThat(host.shell("feature:install " + name)).doesNotContain("Error");
        host.awaitReady();
        assertThat(host.lastModified()).containsKey(name).containsAllEntriesOf(left);
    }

    private static void update(Host host, String bundle) throws IOException {
        var name = "seneschal-" + bundle;
        var others = host.lastModified();
        var before = others.remove(name);
        assertThat(host.shell("bundle:update " + name)).doesNotContain("Error");
        await().atMost(Duration.ofMinutes(1)).until(() -> host.shell("bundle:list --no-format -t 0 -s " + name)
                .contains("Active"));
        host.awaitReady();
        var after = host.lastModified();
        assertThat(after.remove(name)).isGreaterThan(before);
        assertThat(after).isEqualTo(others);
    }
}
