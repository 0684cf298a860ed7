package dev.seneschal.container;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import dev.seneschal.api.storage.SchemaState.Phase;
import dev.seneschal.api.storage.Schemas;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.osgi.framework.Bundle;

/** Each capability comes and goes alone; the core and the others do not notice, and nothing of it stays. */
public class CapabilityTest extends ContainerTest {

    private static final List<String> CAPABILITIES = List.of("realtime", "notification", "retention");

    private static final Set<String> CORE = Set.of(
            "seneschal-api",
            "seneschal-jdbi",
            "seneschal-micrometer",
            "seneschal-storage",
            "seneschal-storage-embedded",
            "seneschal-access",
            "seneschal-audit",
            "seneschal-eventlog",
            "seneschal-jobs",
            "seneschal-mail",
            "seneschal-mailbox",
            "seneschal-gateway");

    private Container container;

    @Before
    public void ready() {
        container = new Container(context);
        Http.awaitReady();
    }

    @After
    public void restore() throws Exception {
        container.install(CAPABILITIES.stream().map(name -> "seneschal-" + name).toArray(String[]::new));
        Http.awaitReady();
    }

    @Test
    public void realtimeComesAndGoesAlone() throws Exception {
        comesAndGoesAlone("realtime");
    }

    @Test
    public void notificationComesAndGoesAlone() throws Exception {
        comesAndGoesAlone("notification");
    }

    @Test
    public void retentionComesAndGoesAlone() throws Exception {
        comesAndGoesAlone("retention");
    }

    @Test
    public void theCoreIsReadyAloneAndEachBootsWithoutTheOthers() throws Exception {
        for (var name : CAPABILITIES) {
            container.uninstall("seneschal-" + name);
        }
        Http.awaitReady();
        assertEquals(List.of(), container.notActive());
        assertEquals(
                CORE, container.ours().stream().map(Bundle::getSymbolicName).collect(Collectors.toSet()));
        var core = container.lastModified();

        for (var name : CAPABILITIES) {
            container.install("seneschal-" + name);
            awaitWorking(name);
            assertEquals(List.of(), container.notActive());
            container.uninstall("seneschal-" + name);
            assertEquals(core, container.lastModified());
        }
    }

    private void comesAndGoesAlone(String name) throws Exception {
        awaitWorking(name);
        var bundle = container.bundle("seneschal-" + name);
        var trace = Trace.of(bundle);
        var others = container.lastModified();

        container.uninstall("seneschal-" + name);

        assertTrue(container.find("seneschal-" + name).isEmpty());
        assertEquals(List.of(), container.commands(name));
        trace.awaitGone();

        container.install("seneschal-" + name);

        awaitWorking(name);
        var after = new TreeMap<>(container.lastModified());
        after.keySet().retainAll(others.keySet());
        others.keySet().retainAll(after.keySet());
        assertEquals(others, after);
        assertTrue(
                "no more than the capability and its libraries was replaced",
                after.size() >= container.lastModified().size() - 2);
    }

    private void awaitWorking(String name) {
        Await.until(
                name + " has its schema and its commands, and the host is ready",
                () -> container.service(Schemas.class).list().stream()
                                .anyMatch(state -> state.schema().equals(name) && state.phase() == Phase.READY)
                        && !container.commands(name).isEmpty()
                        && Http.get("/health/ready").statusCode() == 200,
                () -> container.service(Schemas.class).list() + " " + container.commands(name));
    }
}
