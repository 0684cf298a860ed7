package dev.seneschal.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** An operator drops KARs into the {@code deploy/} of a plain Karaf, and takes them away again. */
class DeployTest {

    private static final List<String> CAPABILITIES = List.of("realtime", "notification", "retention");
    private static final Pattern BUNDLE = Pattern.compile("(?m)^(\\d+)\\s+Active\\s.*\\s(seneschal-\\S+)\\s*$");

    @Test
    void eachKarComesAndGoesAlone() throws IOException {
        try (var host = Host.plain()) {
            host.start();
            host.deploy(kar("core"));
            host.awaitReady();
            var core = bundles(host);
            assertThat(core.keySet())
                    .contains("seneschal-eventlog", "seneschal-gateway")
                    .doesNotContain(
                            CAPABILITIES.stream().map(DeployTest::bundle).toArray(String[]::new));

            var expected = new TreeMap<>(core);
            for (var name : CAPABILITIES) {
                host.deploy(kar(name));
                await().atMost(Duration.ofMinutes(1)).until(() -> isWorking(host, name));
                host.awaitReady();

                var after = bundles(host);
                expected.put(bundle(name), after.get(bundle(name)));
                assertThat(after).isEqualTo(expected);
            }

            for (var name : CAPABILITIES) {
                host.undeploy(kar(name));
                expected.remove(bundle(name));
                await().atMost(Duration.ofMinutes(1))
                        .untilAsserted(() -> assertThat(bundles(host)).isEqualTo(expected));
                host.awaitReady();
            }
            assertThat(bundles(host)).isEqualTo(core);
            assertThat(host.log()).doesNotContain(" ERROR ");
        }
    }

    private static Path kar(String name) {
        return Path.of(System.getProperty("seneschal.features"), name, "target", "seneschal-" + name + ".kar");
    }

    private static String bundle(String name) {
        return "seneschal-" + name;
    }

    private static boolean isWorking(Host host, String name) throws IOException {
        return host.shell("seneschal:schema --no-format")
                .lines()
                .anyMatch(line -> line.startsWith(name) && line.contains("READY"));
    }

    /** Returns the identifiers of the host's active bundles, which last as long as these are not installed anew. */
    private static Map<String, Integer> bundles(Host host) throws IOException {
        var bundles = new TreeMap<String, Integer>();
        var list = BUNDLE.matcher(host.shell("bundle:list -t 0 -s --no-format"));
        while (list.find()) {
            bundles.put(list.group(2), Integer.valueOf(list.group(1)));
        }
        return bundles;
    }
}
