package dev.seneschal.audit.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.seneschal.api.audit.JournalEntry;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.audit.entry.Entries;
import dev.seneschal.audit.journal.PostgresJournal;
import dev.seneschal.audit.online.Export;
import dev.seneschal.audit.online.Verification;
import dev.seneschal.audit.sequence.SequencerComponent;
import dev.seneschal.testkit.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Session;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators see at the prompt, on a real journal. */
final class CommandsTest {

    @TempDir
    Path directory;

    private final PrintStream console = System.out;
    private TestDatabase database;
    private Entries entries;
    private Verification verification;
    private SequencerComponent sequencer;

    @BeforeEach
    void start() {
        database = TestDatabase.with("audit");
        var storage = database.storage();
        var journal = new PostgresJournal(storage, Clock.systemUTC());
        journal.record(new JournalEntry(TenantId.DEFAULT, "user:ann", "test.act", "x", "because", null, Map.of()));
        entries = new Entries(storage);
        sequencer = new SequencerComponent(
                storage,
                journal,
                directory.resolve("key.pem"),
                directory.resolve("checkpoints"),
                100,
                Clock.systemUTC());
        sequencer.start();
        verification = new Verification(storage, sequencer);
        await().until(() -> verification.verify(List.of()).signed() == 2);
    }

    @AfterEach
    void stop() {
        System.setOut(console);
        sequencer.close();
        database.close();
    }

    private String print(Action command) throws Exception {
        var output = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
            command.execute();
        } finally {
            System.setOut(console);
        }
        return output.toString(StandardCharsets.UTF_8);
    }

    private static Session foreground() {
        return (Session) Proxy.newProxyInstance(
                CommandsTest.class.getClassLoader(),
                new Class<?>[] {Session.class},
                (proxy, method, arguments) -> null);
    }

    private static List<String> completed(String typed, Completing completer) {
        var line = (CommandLine) Proxy.newProxyInstance(
                CommandsTest.class.getClassLoader(),
                new Class<?>[] {CommandLine.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getCursorArgument" -> typed;
                    case "getArgumentPosition" -> typed.length();
                    case "getBufferPosition" -> typed.length();
                    default -> throw new UnsupportedOperationException(method.getName());
                });
        var candidates = new ArrayList<String>();
        completer.complete(foreground(), line, candidates);
        return candidates.stream().map(String::strip).toList();
    }

    private interface Completing {
        int complete(Session session, CommandLine line, List<String> candidates);
    }

    @Test
    void aSoundJournalIsCalledSound() throws Exception {
        assertThat(print(new VerifyCommand(verification, null))).startsWith("SOUND: 2 entries, 2 covered");
        assertThat(print(new VerifyCommand(
                        verification, directory.resolve("checkpoints").toString())))
                .startsWith("SOUND: ");
    }

    @Test
    void aJournalThatIsNotSoundFailsTheCommandAfterItSaidWhy() throws Exception {
        sequencer.close();
        try (var connection = database.superuser();
                var statement = connection.createStatement()) {
            statement.execute("SET session_replication_role = replica");
            statement.execute("UPDATE audit_entries SET actor = 'user:eve' WHERE actor = 'user:ann'");
        }
        var output = new ByteArrayOutputStream();
        System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
        assertThatThrownBy(() -> new VerifyCommand(verification, null).execute())
                .hasMessage("The journal is not sound.");
        assertThat(output.toString(StandardCharsets.UTF_8)).contains("CHANGED", "NOT SOUND: 1 faults");
    }

    @Test
    void aCheckpointFileThatIsOfNoUseIsNamed() throws Exception {
        assertThatThrownBy(() -> print(new VerifyCommand(verification, "nofile")))
                .hasMessage("There is no file nofile");
        var empty = Files.createFile(directory.resolve("empty")).toString();
        assertThatThrownBy(() -> print(new VerifyCommand(verification, empty)))
                .hasMessageContaining(empty)
                .hasMessageContaining("Not a signed note");
    }

    @Test
    void entriesAreListedAndTheirValuesCompleted() throws Exception {
        assertThat(print(new ListCommand(entries, null, null))).contains("test.act", "audit.adopt-key");
        assertThat(print(new ListCommand(entries, "default", "user:ann")))
                .contains("test.act")
                .doesNotContain("audit.adopt-key");
        assertThat(completed("user:", new ActorCompleter(entries)::complete)).containsExactly("user:ann");
        assertThat(completed("test", new ActionCompleter(entries)::complete)).containsExactly("test.act");
    }

    @Test
    void theKeyIsShownAndItsReplacementIsTheHostsOwnActInTheForeground() throws Exception {
        var before = print(new KeyCommand(sequencer, foreground(), null)).strip();
        assertThat(before).isEqualTo(sequencer.publicKeys().get(0).toString());
        Files.delete(directory.resolve("key.pem"));
        assertThat(print(new KeyCommand(sequencer, foreground(), "lost")).lines())
                .hasSize(2)
                .startsWith(before);
        assertThat(entries.find(new Entries.Filter("user:null", null, null), null, 10))
                .isEmpty();
        assertThat(entries.find(new Entries.Filter("system", null, null), null, 10))
                .hasSize(2);
    }

    @Test
    void theJournalIsExportedOnceToAFile() throws Exception {
        var file = directory.resolve("journal.zip").toString();
        assertThat(print(new ExportCommand(new Export(database.storage()), file)))
                .startsWith("2 entries written");
        assertThatThrownBy(() -> print(new ExportCommand(new Export(database.storage()), file)))
                .hasMessageContaining("exists already");
    }
}
