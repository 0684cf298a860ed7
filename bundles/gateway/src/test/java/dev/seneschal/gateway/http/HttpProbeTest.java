package dev.seneschal.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seneschal.api.health.HealthProbe.Status;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

final class HttpProbeTest {

    /** Answers every call with this object. */
    private static <T> T answering(Class<T> type, Object answer) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> answer));
    }

    private static HttpProbe probe(int port) {
        return probe("127.0.0.1", Integer.toString(port));
    }

    @SuppressWarnings("JdkObsolete") // the specification wants a Dictionary
    private static HttpProbe probe(String host, String port) {
        Dictionary<String, Object> settings = new Hashtable<>();
        settings.put("org.apache.felix.http.host", host);
        settings.put("org.osgi.service.http.port", port);
        var configuration = answering(Configuration.class, settings);
        var probe = new HttpProbe(answering(ConfigurationAdmin.class, configuration), Duration.ofMinutes(1));
        probe.start();
        return probe;
    }

    @Test
    void aPortInUseIsNamedWithWhatToChange() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var probe = probe(taken.getLocalPort())) {
            var health = probe.check();
            assertThat(health.status()).isEqualTo(Status.DOWN);
            assertThat(health.detail())
                    .contains("127.0.0.1 port " + taken.getLocalPort() + " is in use by another process")
                    .contains("org.osgi.service.http.port", "etc/org.apache.felix.http.cfg");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 8181, 'is refused: '",
        "no host at all, 8181, the host is not known",
        "127.0.0.1, 99999, it must be a number of 0 to 65535",
        "127.0.0.1, http, it must be a number of 0 to 65535",
        "127.0.0.1, 0, 'though it could'"
    })
    void anythingElseThatIsInTheWayIsToldAsWhatItIs(String host, String port, String reason) {
        try (var probe = probe(host, port)) {
            assertThat(probe.check().detail()).contains(reason).doesNotContain("another process");
        }
    }

    @Test
    void aServerThatListensIsUpAndOneThatWentIsNot() {
        try (var probe = probe(1)) {
            probe.setRuntime(null, Map.of("osgi.http.endpoint", new String[] {"http://127.0.0.1:8181/", "/"}));
            assertThat(probe.check().status()).isEqualTo(Status.UP);
            assertThat(probe.endpoints()).containsExactly("http://127.0.0.1:8181/");
            probe.unsetRuntime(null);
            assertThat(probe.check().status()).isEqualTo(Status.DOWN);
        }
    }
}
