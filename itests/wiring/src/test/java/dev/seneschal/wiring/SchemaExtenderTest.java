package dev.seneschal.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.seneschal.testkit.TestDatabase;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;

final class SchemaExtenderTest {

    private static final String KARAF = "org.apache.karaf.features.";
    private static final String STORAGE = "dev.seneschal.api.storage.Storage";
    private static final String TABLE =
            """
            --liquibase formatted sql

            --changeset test:%1$s-1
            CREATE TABLE %1$s (id integer);
            --rollback DROP TABLE %1$s;
            """;

    private static TestDatabase database;
    private static TestFramework framework;

    @BeforeAll
    static void start() throws Exception {
        database = TestDatabase.with();
        framework = new TestFramework(TestFramework.cache());
        offer();
    }

    @AfterAll
    static void stop() throws Exception {
        framework.close();
        database.close();
    }

    /** The test's classes are not the framework's; a proxy carries the database's address over. */
    private static void offer() throws Exception {
        var api = framework.bundle("seneschal-api");
        var type = api.loadClass("dev.seneschal.api.storage.DatabaseServer");
        var login = api.loadClass("dev.seneschal.api.storage.DatabaseServer$Login")
                .getConstructor(String.class, String.class);
        var server = database.connections().server();
        var proxy = Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> switch (method.getName()) {
                    case "url" -> server.url();
                    case "owner" -> login.newInstance(server.owner().user(), null);
                    case "application" -> login.newInstance(server.application().user(), null);
                    case "hashCode" -> System.identityHashCode(self);
                    case "equals" -> self == arguments[0];
                    default -> "the test's database";
                });
        framework.context().registerService(type.getName(), proxy, null);
    }

    private static InputStream bundle(String schema, String requires, String changelog) throws Exception {
        var headers = new HashMap<>(
                Map.of("Bundle-SymbolicName", "test." + schema, "Bundle-Version", "1.0.0", "Seneschal-Schema", schema));
        if (requires != null) {
            headers.put("Seneschal-Schema-Requires", requires);
        }
        return TestFramework.bundleOf(headers, Map.of("db/" + schema + ".sql", changelog));
    }

    private static Bundle install(String schema, String requires, String changelog) throws Exception {
        var bundle = framework.context().installBundle("test:" + schema, bundle(schema, requires, changelog));
        bundle.start();
        return bundle;
    }

    private static boolean hasStorage(String schema) throws Exception {
        ServiceReference<?>[] found = framework.context().getAllServiceReferences(STORAGE, "(schema=" + schema + ")");
        return found != null;
    }

    private static String state(String schema) throws Exception {
        var schemas = framework
                .context()
                .getService(framework.context().getAllServiceReferences("dev.seneschal.api.storage.Schemas", null)[0]);
        for (var state : (List<?>) schemas.getClass().getMethod("list").invoke(schemas)) {
            if (state.toString().contains("schema=" + schema + ",")) {
                return state.toString();
            }
        }
        return "";
    }

    @Test
    void aStartedBundleGetsItsTablesBeforeItsStorage() throws Exception {
        var bundle = install("apples", null, TABLE.formatted("apples"));

        await().untilAsserted(() -> assertThat(state("apples")).contains("phase=READY", "applied=1"));

        assertThat(hasStorage("apples")).isTrue();
        bundle.uninstall();
        assertThat(hasStorage("apples")).isFalse();
        assertThat(state("apples")).isEmpty();
    }

    @Test
    void aChangelogThatFailsHalfWayKeepsOnlyItsBundleDownUntilItIsMended() throws Exception {
        var broken = TABLE.formatted("pears")
                + """

                --changeset test:pears-2
                CREATE TABLE pears_more (id integer);
                CREATE TABLE pears (id integer);
                --rollback DROP TABLE pears_more;
                """;
        var bundle = install("pears", null, broken);
        install("plums", null, TABLE.formatted("plums"));

        await().untilAsserted(() -> assertThat(state("pears")).contains("phase=FAILED"));
        await().until(() -> hasStorage("plums"));

        assertThat(state("pears")).contains("already exists", "applied=1");
        assertThat(framework.health("storage")).contains("status=DEGRADED", "pears FAILED");
        assertThat(hasStorage("pears")).isFalse();

        var mended = broken.replace(
                "CREATE TABLE pears (id integer);\n--rollback DROP TABLE pears_more",
                "--rollback DROP TABLE pears_more");
        bundle.update(bundle("pears", null, mended));

        await().untilAsserted(() -> assertThat(state("pears")).contains("phase=READY", "applied=2"));
        assertThat(hasStorage("pears")).isTrue();
    }

    @Test
    void aSchemaWaitsForTheOneItBuildsOn() throws Exception {
        install("leaf", "stem", TABLE.formatted("leaf"));
        await().untilAsserted(() -> assertThat(state("leaf")).contains("waits for schema stem"));
        assertThat(hasStorage("leaf")).isFalse();
        assertThat(framework.health("storage")).contains("status=DEGRADED", "leaf WAITING waits for schema stem");

        install("stem", null, TABLE.formatted("stem"));

        await().until(() -> hasStorage("leaf"));
        assertThat(state("stem")).contains("phase=READY");
    }

    @Test
    void whileKarafInstallsItsFeaturesTheHostIsNotReady() throws Exception {
        var features = framework.context().registerService(KARAF + "FeaturesService", new Unused(), null);
        var storage = framework.bundle("seneschal-storage");
        storage.stop();
        storage.start();
        var bundle = install("figs", null, TABLE.formatted("figs"));
        await().untilAsserted(() -> assertThat(state("figs")).contains("phase=READY"));

        assertThat(framework.health("storage")).contains("status=DOWN");

        var finished = framework.context().registerService(KARAF + "BootFinished", new Unused(), null);
        await().untilAsserted(() -> assertThat(framework.health("storage")).doesNotContain("status=DOWN"));
        finished.unregister();
        features.unregister();
        bundle.uninstall();
    }

    /** A service of a type that this framework does not have; nobody gets it. */
    private static final class Unused implements ServiceFactory<Object> {

        @Override
        public Object getService(Bundle bundle, ServiceRegistration<Object> registration) {
            throw new IllegalStateException("It is there to be counted only.");
        }

        @Override
        public void ungetService(Bundle bundle, ServiceRegistration<Object> registration, Object service) {
            throw new IllegalStateException("It was never got.");
        }
    }

    @Test
    void withoutTheCoreTheHostIsNotReadyAndSaysHowToMendIt() throws Exception {
        var storage = framework.bundle("seneschal-storage");
        await().untilAsserted(() -> assertThat(state("core")).contains("phase=READY"));
        asSuperuser("ALTER ROLE seneschal_app BYPASSRLS");
        try {
            storage.stop();
            storage.start();

            await().untilAsserted(() -> assertThat(framework.health("storage"))
                    .contains("status=DOWN", "core WAITING", "ALTER ROLE \"seneschal_app\" NOSUPERUSER NOBYPASSRLS"));
            assertThat(hasStorage("core")).isFalse();
        } finally {
            asSuperuser("ALTER ROLE seneschal_app NOBYPASSRLS");
        }

        await().until(() -> hasStorage("core"));
    }

    private static void asSuperuser(String sql) throws Exception {
        try (var connection = database.superuser();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void aStoppedStorageTakesItsServicesAndThreadsAlong() throws Exception {
        install("roots", null, TABLE.formatted("roots"));
        await().until(() -> hasStorage("roots"));
        var storage = framework.bundle("seneschal-storage");

        storage.stop();

        assertThat(hasStorage("roots")).isFalse();
        await().until(() -> threads().isEmpty());

        storage.start();
        await().until(() -> hasStorage("roots"));
        assertThat(threads()).isNotEmpty();
    }

    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("seneschal-schema"))
                .map(Thread::getName)
                .collect(Collectors.toSet());
    }
}
