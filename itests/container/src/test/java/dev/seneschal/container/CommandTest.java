package dev.seneschal.container;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import dev.seneschal.api.storage.Schemas;
import java.util.List;
import org.junit.Before;
import org.junit.Test;

/** An administrator types every command, and Tab where something can be completed. */
public class CommandTest extends ContainerTest {

    private Container container;

    @Before
    public void ready() {
        container = new Container(context);
        Http.awaitReady();
    }

    @Test
    public void statusSaysThatTheHostIsUp() throws Exception {
        var output = type("seneschal:status --no-format");

        assertContains(output, "The host is UP");
        for (var bundle : container.ours()) {
            assertContains(output, bundle.getSymbolicName());
        }
        assertCompletes("seneschal:status -", "--no-format");
    }

    @Test
    public void schemaShowsEverySchemaReady() throws Exception {
        var output = type("seneschal:schema --no-format");

        for (var schema : container.service(Schemas.class).list()) {
            assertTrue(
                    output,
                    output.lines().anyMatch(line -> line.startsWith(schema.schema()) && line.contains("READY")));
        }
        assertCompletes("seneschal:schema --retry ", "eventlog");
    }

    @Test
    public void aTenantIsCreatedOnceAndUnderAProperNameOnly() throws Exception {
        assertContains(type("access:tenant-create acme"), "Created the tenant acme.");
        assertContains(refused("access:tenant-create acme"), "acme");
        assertContains(refused("access:tenant-create BAD!"), "Not a tenant name");

        var tenants = type("access:tenant-list --no-format");
        assertContains(tenants, "acme");
        assertFalse(tenants, tenants.contains("BAD!"));
        assertCompletes("access:tenant-create -", "--help");
        assertCompletes("access:key-create --tenant ", "acme");
    }

    @Test
    public void aKeyIsShownOnceAndOnlyForPermissionsThatExist() throws Exception {
        var secret = type("access:key-create typed events:publish").strip();

        assertTrue(secret, secret.startsWith("snk_"));
        assertFalse(type("access:key-list --no-format").contains(secret));
        assertCompletes("access:key-create other ", "events:publish");
        assertContains(refused("access:key-create other events:no-such-thing"), "events:no-such-thing");
        assertFalse(type("access:key-list --no-format").contains("other"));
    }

    @Test
    public void anEventIsAppendedOnceAndShown() throws Exception {
        var publish = "events:publish --id 1 --channel events:typed org.example.typed '{\"n\":1}'";

        assertContains(type(publish), "Appended: events:typed offset 1");
        assertContains(type(publish), "Was there already: events:typed offset 1");
        var shown = type("events:tail -n 1 events:typed").strip();
        assertEquals(shown, 1, shown.lines().count());
        assertContains(shown, "events:typed 1 org.example.typed /shell {");
        assertCompletes("events:tail ", "events:typed");
        assertCompletes("events:publish --channel ", "events:typed");
    }

    @Test
    public void connectionsAndChannelsAreEmptyTables() throws Exception {
        assertContains(type("realtime:connections"), "Nobody is connected.");
        assertContains(type("realtime:channels"), "Nobody listens to any channel.");
        assertCompletes("realtime:connections -", "--tenant");
        assertCompletes("realtime:channels -", "--tenant");
    }

    @Test
    public void deliveriesAndJobsAreListed() throws Exception {
        assertContains(type("notification:deliveries"), "Recipient");
        assertContains(refused("notification:deliveries --status lost"), "lost");
        assertContains(type("jobs:list --state failed"), "There is no such job.");
        assertContains(refused("jobs:list --state lost"), "There is no state 'lost'");
        assertCompletes("notification:deliveries --status ", "delivered");
        assertCompletes("jobs:list --state ", "pending");
    }

    @Test
    public void aMailIsAcceptedByTheMailbox() throws Exception {
        var output = type("mail:send --to ops@example.org --subject typed");

        assertContains(output, "Accepted");
        assertContains(output, "mailbox");
        assertCompletes("mail:send -", "--to");
    }

    @Test
    public void aPolicyThatIsNotActiveIsPreviewedAndNotRun() throws Exception {
        assertContains(type("retention:policies --no-format"), "preview only");
        var policy = container.shell().complete("retention:preview ").get(0);

        assertContains(type("retention:preview --no-format " + policy), "does exactly this, or stops.");
        var preview = container.shell().complete("retention:run ").get(0);
        assertContains(refused("retention:run " + preview), "The policy is not active");
    }

    @Test
    public void theJournalIsSound() throws Exception {
        assertContains(type("audit:verify"), "SOUND: ");
        assertCompletes("audit:verify -", "--checkpoint");
    }

    @Test
    public void aViewerLooksAndChangesNothing() throws Exception {
        for (var line : List.of("seneschal:status", "jobs:list", "audit:verify", "events:tail -n 1")) {
            container.shell().run("viewer", line);
        }
        for (var line : List.of(
                "access:tenant-create by-a-viewer",
                "access:key-create by-a-viewer events:publish",
                "events:publish org.example.typed",
                "mail:send --to ops@example.org",
                "seneschal:schema --retry eventlog",
                "retention:run 00000000-0000-0000-0000-000000000000")) {
            // What a role may not run is not there for it, or refused where only an option needs more.
            assertThrows(line, Exception.class, () -> container.shell().run("viewer", line));
        }
        var tenants = type("access:tenant-list --no-format");
        assertFalse(tenants, tenants.contains("by-a-viewer"));
    }

    private String type(String line) throws Exception {
        return container.shell().run("admin", line);
    }

    private String refused(String line) {
        return assertThrows(line, Exception.class, () -> type(line)).getMessage();
    }

    private void assertCompletes(String line, String candidate) throws Exception {
        var candidates = container.shell().complete(line);
        assertTrue(line + candidates, candidates.contains(candidate));
    }

    private static void assertContains(String text, String part) {
        assertTrue(text, text.contains(part));
    }
}
