package dev.seneschal.storage.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seneschal.api.health.HealthProbe.Status;
import dev.seneschal.api.storage.DatabaseServer;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfiguredServerTest {

    private static final String URL = "jdbc:postgresql://db.example.org:5433/seneschal";
    private static final Map<String, String> GOOD = Map.of("url", URL, "user", "app");

    @TempDir
    private Path folder;

    private final List<DatabaseServer> known = new ArrayList<>();

    private ConfiguredServer open(Map<String, String> settings) {
        return new ConfiguredServer(config(settings), server -> {
            known.add(server);
            return () -> known.remove(server);
        });
    }

    private static ConfiguredServer.Config config(Map<String, String> settings) {
        return (ConfiguredServer.Config) Proxy.newProxyInstance(
                ConfiguredServer.Config.class.getClassLoader(),
                new Class<?>[] {ConfiguredServer.Config.class},
                (self, method, arguments) ->
                        settings.getOrDefault(method.getName(), (String) method.getDefaultValue()));
    }

    private static Map<String, String> with(String key, String value) {
        var settings = new HashMap<>(GOOD);
        settings.put(key, value);
        return settings;
    }

    private String file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content).toString();
    }

    private void assertRejected(Map<String, String> settings, String... details) {
        try (var server = open(settings)) {
            assertThat(server.check().status()).isEqualTo(Status.DOWN);
            assertThat(server.check().detail())
                    .contains("dev.seneschal.storage.server: ")
                    .contains(details);
            assertThat(known).isEmpty();
        }
    }

    @Test
    void makesTheServerKnownUntilItIsClosed() {
        var server = open(GOOD);

        assertThat(known).singleElement().satisfies(one -> {
            assertThat(one.url()).isEqualTo(URL + "?sslmode=prefer");
            assertThat(one.application()).isEqualTo(new DatabaseServer.Login("app", null));
            assertThat(one.owner()).isEqualTo(one.application());
        });
        assertThat(server.check().status()).isEqualTo(Status.UP);

        server.close();
        assertThat(known).isEmpty();
    }

    @Test
    void readsEachPasswordFromTheFirstLineOfItsFile() throws Exception {
        var settings = with("passwordFile", file("app", "secret of app\nnot this\n"));
        settings.put("ownerUser", "owner");
        settings.put("ownerPasswordFile", file("owner", "secret of owner"));

        try (var server = open(settings)) {
            assertThat(known.get(0).application()).isEqualTo(new DatabaseServer.Login("app", "secret of app"));
            assertThat(known.get(0).owner()).isEqualTo(new DatabaseServer.Login("owner", "secret of owner"));
            assertThat(server.check().detail()).doesNotContain("secret");
        }
    }

    @Test
    void securesTheConnectionAsConfigured() throws Exception {
        var root = file("root & branch.pem", "");
        var settings = with("tlsMode", "verify-full");
        settings.put("url", URL + "?connectTimeout=1");
        settings.put("tlsRootCertificateFile", root);

        try (var server = open(settings)) {
            assertThat(server.check().status()).isEqualTo(Status.UP);
            assertThat(known.get(0).url())
                    .startsWith(URL + "?connectTimeout=1&sslmode=verify-full&sslrootcert=")
                    .endsWith("root+%26+branch.pem");
        }
    }

    @Test
    void saysWhichKeyIsMissing() {
        assertRejected(Map.of("ulr", URL, "user", "app"), "url is missing", "jdbc:postgresql://");
        assertRejected(Map.of("url", URL), "user is missing");
    }

    @Test
    void saysWhatAUrlMustBe() {
        assertRejected(with("url", "postgres://localhost/seneschal"), "url is 'postgres://localhost/seneschal'");
        assertRejected(with("url", "jdbc:postgresql://localhost:port/seneschal"), "it must be a JDBC URL");
        assertRejected(with("url", URL + "?password=secret"), "set user, passwordFile and tlsMode");
        assertRejected(with("url", URL + "?sslmode=disable"), "set user, passwordFile and tlsMode");
    }

    @Test
    void saysWhichFileCannotBeUsed() throws Exception {
        var absent = folder.resolve("absent").toString();
        assertRejected(with("passwordFile", absent), "passwordFile " + absent + " cannot be read");
        assertRejected(with("passwordFile", folder.toString()), "passwordFile " + folder + " cannot be read");
        assertRejected(with("passwordFile", file("empty", "\n")), "is empty; its first line must be the password");
        assertRejected(with("tlsRootCertificateFile", absent), "tlsRootCertificateFile " + absent);
    }

    @Test
    void saysWhichTlsModesThereAre() {
        assertRejected(
                with("tlsMode", "off"), "tlsMode is 'off'", "disable, prefer, require, verify-ca or verify-full");
    }

    @Test
    void aBadChangeKeepsTheServerThatIsUsed() {
        try (var server = open(GOOD)) {
            var before = known.get(0);

            server.configure(config(with("url", "nonsense")));

            assertThat(known).containsExactly(before);
            assertThat(server.check().status()).isEqualTo(Status.DEGRADED);
            assertThat(server.check().detail()).contains("url is 'nonsense'", "still in use");

            server.configure(config(with("user", "other")));

            assertThat(known)
                    .singleElement()
                    .satisfies(one -> assertThat(one.application().user()).isEqualTo("other"));
            assertThat(server.check().status()).isEqualTo(Status.UP);
        }
    }
}
