package dev.seneschal.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.seneschal.testkit.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Constants;

/** Which database the host uses, and with what settings, when an operator makes mistakes. */
final class StorageConfigurationTest {

    private static final String SERVER = "dev.seneschal.storage.server";
    private static final String POOL = "dev.seneschal.storage";

    @TempDir
    private Path data;

    private TestDatabase database;
    private TestFramework framework;

    @BeforeEach
    void start() throws Exception {
        database = TestDatabase.with();
        framework = new TestFramework(TestFramework.cache());
    }

    @AfterEach
    void stop() throws Exception {
        framework.close();
        database.close();
    }

    private void configure(String pid, Map<String, ?> settings) throws Exception {
        var type = framework.bundle("org.apache.felix.configadmin").loadClass("org.osgi.service.cm.ConfigurationAdmin");
        var admin =
                framework.context().getService(framework.context().getAllServiceReferences(type.getName(), null)[0]);
        var configuration =
                type.getMethod("getConfiguration", String.class, String.class).invoke(admin, pid, null);
        type.getClassLoader()
                .loadClass("org.osgi.service.cm.Configuration")
                .getMethod("update", Dictionary.class)
                .invoke(configuration, new Hashtable<>(settings));
    }

    private Map<String, String> good() {
        var server = database.connections().server();
        return Map.of(
                "url", server.url(),
                "user", server.application().user(),
                "ownerUser", server.owner().user());
    }

    private boolean hasServer() throws Exception {
        return framework.context().getAllServiceReferences("dev.seneschal.api.storage.DatabaseServer", null) != null;
    }

    private void awaitHealth(String probe, String... parts) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(framework.health(probe)).contains(parts));
    }

    private Object storageId() throws Exception {
        var references = framework.context().getAllServiceReferences("dev.seneschal.api.storage.Schemas", null);
        return Arrays.stream(references)
                .map(reference -> reference.getProperty(Constants.SERVICE_ID))
                .toList();
    }

    @Test
    void aMisspeltServerIsSaidAndNoOtherDatabaseIsUsedInstead() throws Exception {
        configure("dev.seneschal.storage.embedded", Map.of("directory", data.toString()));
        configure(SERVER, Map.of("ulr", "jdbc:postgresql://localhost/seneschal", "user", "app"));

        framework.install("storage-embedded").start();

        awaitHealth("storage-server", "status=DOWN", "url is missing");
        awaitHealth("storage-embedded", "status=UP", "not used");
        assertThat(hasServer()).isFalse();
        assertThat(data).isEmptyDirectory();

        configure(SERVER, good());

        awaitHealth("storage-server", "status=UP");
        awaitHealth("storage", "status=UP");
        assertThat(data).isEmptyDirectory();
    }

    @Test
    void aPoolSizeOutOfRangeIsSaidAndChangesNothing() throws Exception {
        configure(SERVER, good());
        awaitHealth("storage", "status=UP");
        var before = storageId();

        for (int size : new int[] {500, 201, 1, 0, -1}) {
            configure(POOL, Map.of("poolSize", size));
            awaitHealth("storage", "status=DEGRADED", "poolSize is " + size + "; it must be 2 to 200");
        }
        configure(POOL, Map.of("poolSize", "many"));
        awaitHealth("storage", "status=DEGRADED", "poolSize is not a number; it must be 2 to 200");

        configure(POOL, Map.of("poolSize", 200));
        awaitHealth("storage", "status=UP");
        assertThat(storageId()).isEqualTo(before);
    }
}
