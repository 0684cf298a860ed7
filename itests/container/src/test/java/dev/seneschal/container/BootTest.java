package dev.seneschal.container;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import dev.seneschal.api.storage.SchemaState;
import dev.seneschal.api.storage.Schemas;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.Before;
import org.junit.Test;

/** The host has started: everything is there, nothing complained. */
public class BootTest extends ContainerTest {

    private static final Set<String> COMMANDS = Set.of(
            "seneschal:status",
            "seneschal:schema",
            "events:tail",
            "events:publish",
            "realtime:connections",
            "realtime:channels",
            "notification:deliveries",
            "jobs:list",
            "mail:send",
            "retention:preview",
            "retention:run",
            "audit:verify",
            "access:key-create",
            "access:tenant-create");

    private Container container;

    @Before
    public void ready() {
        container = new Container(context);
        Http.awaitReady();
    }

    @Test
    public void everyBundleIsActive() {
        Await.until("every bundle is active", () -> container.notActive().isEmpty(), () -> container
                .notActive()
                .toString());
    }

    @Test
    public void everySchemaIsInPlace() {
        var schemas = container.service(Schemas.class).list();

        assertTrue(schemas.toString(), schemas.size() > 1);
        for (var schema : schemas) {
            assertEquals(schema.toString(), SchemaState.Phase.READY, schema.phase());
        }
    }

    @Test
    public void declarativeServicesAreTheOnesThatKeepReferencesThroughASwap() {
        assertEquals(
                "2.2.18", container.bundle("org.apache.felix.scr").getVersion().toString());
    }

    @Test
    public void theOldWebServerIsNotThere() {
        assertTrue(container.find("org.ops4j.pax.web.pax-web-runtime").isEmpty());
        assertEquals(
                "1.1.8",
                container.bundle("org.apache.felix.http.jetty12").getVersion().toString());
    }

    @Test
    public void everyCommandIsThereAndSaysWhatItDoes() {
        Await.until(
                "every command is there",
                () -> container.shell().commands().keySet().containsAll(COMMANDS),
                () -> container.shell().commands().keySet().toString());
        var commands = container.shell().commands();
        for (var name : COMMANDS) {
            assertFalse(name, commands.get(name).getDescription().isBlank());
        }
    }

    @Test
    public void thePublicEndpointsAnswerAndTheOthersAskWho() throws Exception {
        assertEquals(200, Http.get("/health/live").statusCode());
        assertEquals(200, Http.get("/api/openapi.json").statusCode());
        assertEquals(401, Http.post("/api/v1/events", "{}").statusCode());
        assertEquals(404, Http.get("/api/v1/no-such-thing").statusCode());
        assertTrue(Http.get("/").headers().firstValue("Server").isEmpty());
    }

    @Test
    public void theLogHoldsNoError() throws Exception {
        var log = Files.readAllLines(Path.of(System.getProperty("karaf.log"), "seneschal.log"));
        var errors = log.stream().filter(line -> line.contains(" ERROR ")).toList();

        assertFalse(log.isEmpty());
        assertEquals(List.of(), errors);
    }
}
