package dev.seneschal.wiring;

import aQute.bnd.osgi.Builder;
import aQute.bnd.osgi.EmbeddedResource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;

/** An OSGi framework with declarative services in this process, for one test class. Used by the test's thread. */
final class TestFramework implements AutoCloseable {

    /** What every bundle of ours needs, by the beginning of the jar's name on the class path. */
    private static final List<String> BASE = List.of(
            "org.osgi.util.function-",
            "org.osgi.util.promise-",
            "org.osgi.service.component-1",
            "org.osgi.service.jdbc-",
            "org.apache.felix.configadmin-",
            "org.apache.felix.scr-",
            "asm-9",
            "asm-commons-",
            "asm-util-",
            "asm-tree-",
            "asm-analysis-",
            "org.apache.aries.spifly.dynamic.bundle-",
            "postgresql-",
            "HikariCP-",
            "geantyref-",
            "micrometer-commons-",
            "micrometer-observation-",
            "micrometer-core-",
            "commons-io-",
            "commons-lang3-",
            "snakeyaml-",
            "liquibase-core-",
            "seneschal-jdbi-",
            "seneschal-api-",
            "seneschal-storage-");

    /** SPI Fly and Liquibase say everything at INFO. */
    private static final Logger ROOT = Logger.getLogger("");

    private final Framework framework;

    TestFramework(Path cache) throws Exception {
        Map<String, String> settings = Map.of(
                Constants.FRAMEWORK_STORAGE,
                cache.toString(),
                Constants.FRAMEWORK_STORAGE_CLEAN,
                Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT,
                Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                "org.slf4j;version=1.7.36,org.slf4j.event;version=1.7.36,org.slf4j.spi;version=1.7.36,"
                        + "org.apache.karaf.shell.api.action;version=4.4.10,"
                        + "org.apache.karaf.shell.api.action.lifecycle;version=4.4.10,"
                        + "org.apache.karaf.shell.api.console;version=4.4.10,"
                        + "org.apache.karaf.shell.support.completers;version=4.4.10,"
                        + "org.apache.karaf.shell.support.table;version=4.4.10");
        framework = ServiceLoader.load(FrameworkFactory.class)
                .findFirst()
                .orElseThrow()
                .newFramework(settings);
        ROOT.setLevel(Level.SEVERE);
        framework.start();
        var jars = jars();
        var bundles = new ArrayList<Bundle>();
        for (var prefix : BASE) {
            var name = jars.ceilingKey(prefix);
            if (name != null && name.startsWith(prefix)) {
                bundles.add(context().installBundle("file:" + jars.get(name)));
            }
        }
        for (var bundle : bundles) {
            if (bundle.getHeaders().get(Constants.FRAGMENT_HOST) == null) {
                bundle.start();
            }
        }
    }

    /** Installs one more of our bundles, which is not on the class path, by its folder. */
    Bundle install(String folder) throws Exception {
        var target = Path.of(System.getProperty("basedir"), "..", "..", "bundles", folder, "target");
        try (var jars = Files.newDirectoryStream(target, "seneschal-*.jar")) {
            return context().installBundle("file:" + jars.iterator().next().toRealPath());
        }
    }

    /** Returns what the health probe of this name says, or nothing if there is none. */
    String health(String probe) throws Exception {
        var references = context().getAllServiceReferences("dev.seneschal.api.health.HealthProbe", null);
        if (references == null) {
            return "";
        }
        // The test's classes are not the framework's.
        var type = bundle("seneschal-api").loadClass("dev.seneschal.api.health.HealthProbe");
        for (var reference : references) {
            var service = context().getService(reference);
            if (service != null && probe.equals(type.getMethod("name").invoke(service))) {
                return type.getMethod("check").invoke(service).toString();
            }
        }
        return "";
    }

    private static TreeMap<String, String> jars() {
        var jars = new TreeMap<String, String>();
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(path -> path.endsWith(".jar"))
                .forEach(path -> jars.put(Path.of(path).getFileName().toString(), path));
        return jars;
    }

    BundleContext context() {
        return framework.getBundleContext();
    }

    Bundle bundle(String name) {
        return Arrays.stream(context().getBundles())
                .filter(bundle -> name.equals(bundle.getSymbolicName()))
                .findFirst()
                .orElseThrow();
    }

    <T> void register(Class<T> type, T service, Map<String, ?> properties) {
        context().registerService(type, service, new Hashtable<>(properties));
    }

    <T> List<T> services(Class<T> type, String filter) {
        try {
            return context().getServiceReferences(type, filter).stream()
                    .map(reference -> context().getService(reference))
                    .toList();
        } catch (InvalidSyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Returns the bytes of a bundle that has headers and text files and no classes. */
    static InputStream bundleOf(Map<String, String> headers, Map<String, String> files) throws Exception {
        try (var builder = new Builder()) {
            headers.forEach(builder::setProperty);
            var jar = builder.build();
            files.forEach((path, text) ->
                    jar.putResource(path, new EmbeddedResource(text.getBytes(StandardCharsets.UTF_8), 0)));
            var bytes = new ByteArrayOutputStream();
            jar.write(bytes);
            return new ByteArrayInputStream(bytes.toByteArray());
        }
    }

    @Override
    public void close() throws Exception {
        framework.stop();
        framework.waitForStop(10_000);
    }

    /** Returns a fresh folder for the framework's cache. */
    static Path cache() throws Exception {
        return Files.createTempDirectory("framework");
    }
}
