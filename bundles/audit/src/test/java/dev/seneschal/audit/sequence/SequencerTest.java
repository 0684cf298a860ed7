package dev.seneschal.audit.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seneschal.api.audit.JournalEntry;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.audit.journal.PostgresJournal;
import dev.seneschal.testkit.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SequencerTest {

    @TempDir
    Path directory;

    private TestDatabase database;
    private PostgresJournal journal;

    @BeforeEach
    void start() {
        database = TestDatabase.with("audit");
        journal = new PostgresJournal(database.storage(), Clock.systemUTC());
    }

    @AfterEach
    void stop() {
        database.close();
    }

    private static JournalEntry entry() {
        return new JournalEntry(TenantId.DEFAULT, "system", "test.act", "x", "because", null, Map.of());
    }

    private Sequencer sequencer(String node, int batch) {
        var keys = new SigningKeys(new KeyFile(directory.resolve("key.pem")), journal);
        return new Sequencer(database.storage(), keys, new Witness(directory.resolve(node)), batch);
    }

    private List<UUID> placed() {
        return database.storage().system().read(handle -> handle.createQuery(
                        "SELECT entry_id FROM audit_sequence ORDER BY leaf_index")
                .mapTo(UUID.class)
                .list());
    }

    private long size() {
        return database.storage().system().read(handle -> new LogTables(handle).size());
    }

    @Test
    void manyWritersAndTwoSequencersMakeOneOrderWithoutGaps() throws Exception {
        var written = new ArrayList<UUID>();
        var writing = new AtomicBoolean(true);
        var threads = Executors.newCachedThreadPool();
        try {
            var sequencers = new ArrayList<Future<?>>();
            for (var node : List.of("one", "two")) {
                var sequencer = sequencer(node, 50);
                sequencers.add(threads.submit(() -> {
                    while (writing.get()) {
                        sequencer.placeAll();
                    }
                    sequencer.placeAll();
                    return null;
                }));
            }
            var writers = new ArrayList<Callable<List<UUID>>>();
            for (int writer = 0; writer < 6; writer++) {
                writers.add(() -> {
                    var ids = new ArrayList<UUID>();
                    for (int i = 0; i < 150; i++) {
                        ids.add(journal.record(entry()));
                    }
                    return ids;
                });
            }
            for (var writer : threads.invokeAll(writers)) {
                written.addAll(writer.get());
            }
            writing.set(false);
            for (var sequencer : sequencers) {
                sequencer.get();
            }
        } finally {
            threads.shutdownNow();
        }
        sequencer("one", 50).placeAll();
        assertThat(placed()).containsExactlyInAnyOrderElementsOf(written);
        assertThat(size()).isEqualTo(written.size());
    }

    @Test
    void anEntryThatIsInsertedEarlyAndCommittedLateGetsItsPlaceLater() throws Exception {
        var sequencer = sequencer("one", 100);
        var inserted = new CountDownLatch(1);
        var commit = new CountDownLatch(1);
        var threads = Executors.newSingleThreadExecutor();
        try {
            var late = threads.submit(
                    () -> database.storage().tenant(TenantId.DEFAULT).write(handle -> {
                        var id = journal.record(handle, entry());
                        inserted.countDown();
                        commit.await();
                        return id;
                    }));
            inserted.await();
            var early = journal.record(entry());
            sequencer.placeAll();
            assertThat(placed()).containsExactly(early);
            commit.countDown();
            var id = late.get();
            assertThat(id).isLessThan(early);
            sequencer.placeAll();
            assertThat(placed()).containsExactly(early, id);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void theKeyIsMadeOnceAndOnlyItsOwnerMayReadIt() throws Exception {
        var sequencer = sequencer("one", 100);
        sequencer.sign();
        sequencer.placeAll();
        sequencer.sign();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("key.pem"))))
                .isEqualTo("rw-------");
        assertThat(Files.readString(directory.resolve("one")))
                .contains("seneschal/journal/")
                .contains("\n1\n");
    }

    @Test
    void aLostKeyIsReportedAndNotReplaced() throws Exception {
        var sequencer = sequencer("one", 100);
        sequencer.sign();
        Files.delete(directory.resolve("key.pem"));
        journal.record(entry());
        sequencer.placeAll();
        assertThatThrownBy(sequencer::sign).isInstanceOf(Trouble.class).hasMessageContaining("audit:key --replace");
        assertThat(directory.resolve("key.pem")).doesNotExist();
    }

    @Test
    void anotherKeyIsReportedAndNotUsed() throws Exception {
        var sequencer = sequencer("one", 100);
        sequencer.sign();
        Files.delete(directory.resolve("key.pem"));
        new KeyFile(directory.resolve("key.pem")).create();
        journal.record(entry());
        sequencer.placeAll();
        assertThatThrownBy(sequencer::sign).isInstanceOf(Trouble.class).hasMessageContaining("is not the one");
    }

    @Test
    void aPersonCanStateThatTheKeyWasLost() throws Exception {
        var sequencer = sequencer("one", 100);
        sequencer.sign();
        sequencer.placeAll();
        sequencer.sign();
        Files.delete(directory.resolve("key.pem"));
        var keys = new SigningKeys(new KeyFile(directory.resolve("key.pem")), journal);
        database.storage().system().write(handle -> keys.replace(handle, "disk broke", "user:admin"));
        sequencer.placeAll();
        sequencer.sign();
        assertThat(database.storage().system().<List<?>, RuntimeException>read(handle -> new LogTables(handle).keys()))
                .hasSize(2);
        try (var kept = new Witness(directory.resolve("one")).kept()) {
            assertThat(kept).toIterable().hasSize(2);
        }
    }

    @Test
    void aJournalThatLostItsTailIsNotSignedAgain() throws Exception {
        var sequencer = sequencer("one", 100);
        for (int i = 0; i < 5; i++) {
            journal.record(entry());
        }
        sequencer.placeAll();
        sequencer.sign();
        try (var connection = database.superuser();
                var statement = connection.createStatement()) {
            statement.execute("SET session_replication_role = replica");
            statement.execute("DELETE FROM audit_checkpoints");
            statement.execute("DELETE FROM audit_sequence");
            statement.execute("DELETE FROM audit_tiles");
            statement.execute("DELETE FROM audit_entries");
        }
        assertThatThrownBy(() -> sequencer("one", 100).sign()).hasMessageContaining("contradicts the checkpoints in");
    }

    @Test
    void aCheckpointACrashCutShortIsWrittenAgain() throws Exception {
        var sequencer = sequencer("one", 100);
        sequencer.sign();
        sequencer.placeAll();
        sequencer.sign();
        var whole = Files.readString(directory.resolve("one"));
        for (int cut = whole.length() - 1; cut >= 0; cut -= 7) {
            Files.writeString(directory.resolve("one"), whole.substring(0, cut), StandardOpenOption.TRUNCATE_EXISTING);
            sequencer("one", 100).sign();
            assertThat(Files.readString(directory.resolve("one"))).isEqualTo(whole);
        }
    }
}
