package dev.seneschal.audit.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.seneschal.api.audit.JournalEntry;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.audit.check.Finding;
import dev.seneschal.audit.check.Finding.Kind;
import dev.seneschal.audit.check.Report;
import dev.seneschal.audit.journal.PostgresJournal;
import dev.seneschal.audit.note.SignedNote;
import dev.seneschal.audit.sequence.SequencerComponent;
import dev.seneschal.audit.tree.Hashes;
import dev.seneschal.testkit.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What someone with every right in the database does to the journal, both verifiers find, and name. */
final class TamperTest {

    private static final int ENTRIES = 300;

    @TempDir
    Path directory;

    private TestDatabase database;
    private PostgresJournal journal;
    private SequencerComponent sequencer;
    private Verification verification;

    @BeforeEach
    void start() throws Exception {
        database = TestDatabase.with("audit");
        journal = new PostgresJournal(database.storage(), Clock.systemUTC());
        sequencer = sequencer();
        verification = new Verification(database.storage(), sequencer);
        awaitSigned(1);
        write(ENTRIES - 1);
        awaitSigned(ENTRIES);
    }

    @AfterEach
    void stop() {
        sequencer.close();
        database.close();
    }

    private SequencerComponent sequencer() {
        var sequencer = new SequencerComponent(
                database.storage(),
                journal,
                directory.resolve("key.pem"),
                directory.resolve("checkpoints"),
                100,
                Clock.systemUTC());
        sequencer.start();
        return sequencer;
    }

    private void write(int count) {
        database.storage().tenant(TenantId.DEFAULT).run(handle -> {
            for (int i = 0; i < count; i++) {
                journal.record(
                        handle,
                        new JournalEntry(
                                TenantId.DEFAULT,
                                "user:admin",
                                "test.act",
                                "x",
                                "number " + i,
                                null,
                                Map.of("n", "1")));
            }
        });
    }

    private void awaitSigned(int entries) throws Exception {
        await().until(() -> {
            var report = verification.verify(List.of());
            return report.entries() >= entries && report.signed() == report.entries();
        });
    }

    private void tamper(String... statements) throws Exception {
        sequencer.close();
        try (var connection = database.superuser();
                var statement = connection.createStatement()) {
            statement.execute("SET session_replication_role = replica");
            for (var sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private String entryAt(long index) {
        return database.storage()
                .system()
                .read(handle -> handle.createQuery("SELECT entry_id FROM audit_sequence WHERE leaf_index = ?")
                        .bind(0, index)
                        .mapTo(UUID.class)
                        .one())
                .toString();
    }

    private Path export() throws Exception {
        var bundle = directory.resolve("bundle" + System.nanoTime() + ".zip");
        new Export(database.storage()).write(bundle);
        return bundle;
    }

    private Offline offline(String... more) throws Exception {
        return offline(export(), more);
    }

    private static Offline offline(Path bundle, String... more) throws Exception {
        var arguments = new String[more.length + 1];
        arguments[0] = bundle.toString();
        System.arraycopy(more, 0, arguments, 1, more.length);
        return Offline.run(arguments);
    }

    private void bothFind(Kind kind, long index, String entry) throws Exception {
        var report = verification.verify(List.of());
        assertThat(report.findings())
                .anyMatch(finding -> finding.kind() == kind
                        && finding.index() == index
                        && finding.entry().equals(entry));
        var offline = offline();
        assertThat(offline.code).as(offline.output).isEqualTo(1);
        assertThat(offline.output).contains(kind + " index=" + index + (entry.isEmpty() ? "" : " entry=" + entry));
    }

    @Test
    void anUntouchedJournalIsSound() throws Exception {
        var report = verification.verify(List.of());
        assertThat(report.findings()).isEmpty();
        assertThat(report.checkpoints()).isPositive();
        var offline = offline("--key", sequencer.publicKeys().get(0).toString(), "--checkpoint", kept());
        assertThat(offline.code).as(offline.output).isZero();
        assertThat(offline.output).contains("SOUND");
    }

    private String kept() {
        return directory.resolve("checkpoints").toString();
    }

    @Test
    void aChangedEntryIsNamed() throws Exception {
        var entry = entryAt(100);
        tamper("UPDATE audit_entries SET actor = 'user:eve' WHERE id = '" + entry + "'");
        bothFind(Kind.CHANGED, 100, entry);
    }

    @Test
    void aDetailOfAnotherTypeIsAChange() throws Exception {
        var entry = entryAt(7);
        tamper("UPDATE audit_entries SET details = '{\"n\": 1}' WHERE id = '" + entry + "'");
        bothFind(Kind.CHANGED, 7, entry);
    }

    @Test
    void aRemovedEntryIsNamed() throws Exception {
        var entry = entryAt(42);
        tamper("DELETE FROM audit_entries WHERE id = '" + entry + "'");
        bothFind(Kind.REMOVED, 42, entry);
    }

    @Test
    void anEntryRemovedWithItsPlaceIsMissed() throws Exception {
        var entry = entryAt(42);
        tamper(
                "DELETE FROM audit_entries WHERE id = '" + entry + "'",
                "DELETE FROM audit_sequence WHERE leaf_index = 42");
        bothFind(Kind.REMOVED, 42, "");
    }

    @Test
    void exchangedEntriesAreNamed() throws Exception {
        var first = entryAt(10);
        var second = entryAt(20);
        tamper(
                "UPDATE audit_sequence SET leaf_index = 1000000 WHERE leaf_index = 10",
                "UPDATE audit_sequence SET leaf_index = 10 WHERE leaf_index = 20",
                "UPDATE audit_sequence SET leaf_index = 20 WHERE leaf_index = 1000000");
        bothFind(Kind.REORDERED, 10, second);
        bothFind(Kind.REORDERED, 20, first);
    }

    @Test
    void anEntryThatWasPutInIsNamed() throws Exception {
        tamper("INSERT INTO audit_entries SELECT '00000000-0000-7000-8000-000000000000', tenant_id, recorded_at, actor,"
                + " action, target, reason, policy, details, format, salt, leaf FROM audit_entries LIMIT 1");
        assertThat(verification.verify(List.of()).findings())
                .extracting(Finding::kind, Finding::entry)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(Kind.ADDED, "00000000-0000-7000-8000-000000000000"));
    }

    @Test
    void anEntryChangedTogetherWithItsHashContradictsTheCheckpoint() throws Exception {
        var entry = entryAt(100);
        tamper(
                "UPDATE audit_entries SET actor = 'user:eve' WHERE id = '" + entry + "'",
                "UPDATE audit_tiles SET hashes = overlay(hashes placing sha256('x') from 3201 for 32)"
                        + " WHERE level = 0 AND position = 0");
        assertThat(verification.verify(List.of()).findings())
                .extracting(Finding::kind)
                .contains(Kind.CHECKPOINT);
        assertThat(offline().code).isEqualTo(1);
    }

    @Test
    void aTailThatWasCutOffContradictsTheCheckpointsKeptElsewhere() throws Exception {
        var first = SignedNote.parse(database.storage().system().read(handle -> handle.createQuery(
                        "SELECT note FROM audit_checkpoints ORDER BY tree_size LIMIT 1")
                .mapTo(String.class)
                .one()));
        long size = first.checkpoint().size();
        assertThat(size).isLessThan(ENTRIES);
        tamper(
                "DELETE FROM audit_entries WHERE id IN (SELECT entry_id FROM audit_sequence WHERE leaf_index >= " + size
                        + ")",
                "DELETE FROM audit_sequence WHERE leaf_index >= " + size,
                "DELETE FROM audit_checkpoints WHERE tree_size > " + size,
                "DELETE FROM audit_tiles WHERE level > 0 OR position > 0",
                "UPDATE audit_tiles SET hashes = substring(hashes for 32 * " + size + ")");
        assertThat(offline().code).as("on its own the rest looks sound").isZero();
        assertThat(verification.verify(List.of()).findings())
                .extracting(Finding::kind)
                .contains(Kind.TRUNCATED);
        var offline = offline("--checkpoint", kept());
        assertThat(offline.code).isEqualTo(1);
        assertThat(offline.output).contains("TRUNCATED");
    }

    @Test
    void aJournalSignedAnewWithAnotherKeyIsNotBelieved() throws Exception {
        var key = sequencer.publicKeys().get(0).toString();
        tamper("DELETE FROM audit_checkpoints", "DELETE FROM audit_keys");
        Files.delete(directory.resolve("key.pem"));
        Files.delete(directory.resolve("checkpoints"));
        sequencer = sequencer();
        verification = new Verification(database.storage(), sequencer);
        awaitSigned(ENTRIES);
        assertThat(offline().code).as("on its own it looks sound").isZero();
        var offline = offline("--key", key);
        assertThat(offline.code).isEqualTo(1);
        assertThat(offline.output).contains("not signed by a trusted key");
    }

    @Test
    void aForgedCheckpointIsNotBelieved() throws Exception {
        tamper(
                "UPDATE audit_checkpoints SET note = replace(note, E'\\n1\\n', E'\\n2\\n') WHERE tree_size = 1",
                "UPDATE audit_checkpoints SET note = replace(note, E'\\n" + ENTRIES + "\\n', E'\\n299\\n')");
        assertThat(verification.verify(List.of()).findings())
                .extracting(Finding::kind)
                .contains(Kind.CHECKPOINT);
        assertThat(offline().code).isEqualTo(1);
    }

    @Test
    void aBundleWrittenAnewWithoutItsCheckpointsIsNotSound() throws Exception {
        var bundle = export();
        try (var zip = FileSystems.newFileSystem(bundle)) {
            forge(zip);
            Files.writeString(zip.getPath("checkpoints.txt"), "");
        }
        var offline = offline(bundle, "--key", sequencer.publicKeys().get(0).toString());
        assertThat(offline.code).as(offline.output).isEqualTo(1);
        assertThat(offline.output).contains("UNSIGNED", "NOT SOUND").doesNotContain("CHANGED", "TILE");
    }

    /** Changes the last entry, and every hash that follows from it. */
    private static void forge(FileSystem zip) throws Exception {
        var entries = new ArrayList<>(Files.readAllLines(zip.getPath("entries.tsv")));
        var last = entries.remove(entries.size() - 1).replace("user:admin", "user:eve");
        entries.add(last);
        Files.write(zip.getPath("entries.tsv"), entries);
        var columns = last.split("\t", -1);
        var leaf = Hashes.leaf(HexFormat.of().parseHex(columns[2]), columns[3].getBytes(StandardCharsets.UTF_8));
        long index = Long.parseLong(columns[0]);
        var tile = zip.getPath("tile/0/" + index / 256);
        var hashes = Files.readAllBytes(tile);
        System.arraycopy(leaf, 0, hashes, (int) (index % 256) * leaf.length, leaf.length);
        Files.write(tile, hashes);
    }

    @Test
    void entriesBeyondTheLastCheckpointOfABundleAreNotSound() throws Exception {
        var bundle = export();
        try (var zip = FileSystems.newFileSystem(bundle)) {
            var checkpoints = zip.getPath("checkpoints.txt");
            var notes = Files.readString(checkpoints);
            Files.writeString(checkpoints, notes.substring(0, notes.indexOf("\n\n", notes.indexOf("\n\n") + 2) + 2));
        }
        var offline = offline(bundle);
        assertThat(offline.code).as(offline.output).isEqualTo(1);
        assertThat(offline.output).contains("UNSIGNED: no valid checkpoint covers the entries ");
    }

    @Test
    void checkpointsKeptWithOtherLineEndsAreComparedToo() throws Exception {
        var notes = Files.readString(directory.resolve("checkpoints"));
        var windows = Files.writeString(directory.resolve("windows.txt"), notes.replace("\n", "\r\n"));
        long count = notes.lines().filter(line -> line.startsWith("\u2014")).count();
        var offline = offline("--checkpoint", windows.toString());
        assertThat(offline.code).as(offline.output).isZero();
        assertThat(offline.output).contains("compared, " + count + " of them yours");
    }

    @Test
    void aCheckpointFileWithoutACheckpointIsNotIgnored() throws Exception {
        var empty = Files.writeString(directory.resolve("empty.txt"), "seneschal/journal/x\n7\n");
        var offline = offline("--checkpoint", empty.toString());
        assertThat(offline.code).as(offline.output).isEqualTo(2);
        assertThat(offline.output).contains(empty.toString()).contains("Not a signed note");
        assertThat(offline("--checkpoint", "nofile").output).contains("There is no file nofile");
    }

    @Test
    void aVerificationEndsSoonAfterItsThreadIsInterrupted() {
        var log = new DatabaseLog(database.storage());
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> log.entries((index, id, leaf) -> {})).isInstanceOf(CancellationException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void anUpperHashThatWasChangedIsFound() throws Exception {
        tamper("UPDATE audit_tiles SET hashes = sha256('x') WHERE level = 1");
        Report report = verification.verify(List.of());
        assertThat(report.findings()).extracting(Finding::kind).contains(Kind.TILE);
        assertThat(offline().output).contains("TILE");
    }

    @Test
    void aBundleThatCannotBeReadIsNeitherSoundNorUnsound() throws Exception {
        var file = Files.writeString(directory.resolve("no.zip"), "no");
        assertThat(Offline.run(file.toString()).code).isEqualTo(2);
        assertThat(Offline.run().code).isEqualTo(2);
        assertThat(Offline.run("--nonsense").output).contains("usage:");
    }

    /** The offline verifier as an auditor runs it: this bundle's classes and the JDK, nothing else. */
    private record Offline(int code, String output) {

        static Offline run(String... arguments) throws Exception {
            var classes = new URL[] {Path.of("target/classes").toUri().toURL()};
            var out = new ByteArrayOutputStream();
            try (var alone = new URLClassLoader(classes, ClassLoader.getPlatformClassLoader())) {
                var type = alone.loadClass("dev.seneschal.audit.offline.Verify");
                var constructor = type.getDeclaredConstructor(PrintStream.class);
                constructor.setAccessible(true);
                var verify = constructor.newInstance(new PrintStream(out, true, StandardCharsets.UTF_8));
                var run = type.getDeclaredMethod("run", String[].class);
                run.setAccessible(true);
                int code = (int) run.invoke(verify, (Object) arguments);
                return new Offline(code, out.toString(StandardCharsets.UTF_8));
            }
        }
    }
}
