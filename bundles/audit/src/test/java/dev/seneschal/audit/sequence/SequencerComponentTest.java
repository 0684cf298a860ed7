package dev.seneschal.audit.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.seneschal.api.audit.JournalEntry;
import dev.seneschal.api.health.HealthProbe.Status;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.audit.HeldStorage;
import dev.seneschal.audit.journal.PostgresJournal;
import dev.seneschal.testkit.TestDatabase;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SequencerComponentTest {

    @TempDir
    Path directory;

    private TestDatabase database;
    private HeldStorage storage;
    private PostgresJournal journal;
    private AtomicReference<Duration> ahead;
    private SequencerComponent sequencer;

    @BeforeEach
    void start() {
        database = TestDatabase.with("audit");
        storage = new HeldStorage(database.storage());
        journal = new PostgresJournal(database.storage(), Clock.systemUTC());
        ahead = new AtomicReference<>(Duration.ZERO);
        sequencer = new SequencerComponent(
                storage,
                journal,
                directory.resolve("key.pem"),
                directory.resolve("checkpoints"),
                100,
                new Ahead(ahead));
        sequencer.start();
        await().until(() -> sequencer.check().detail().equals("1 entries"));
    }

    @AfterEach
    void stop() {
        storage.before(() -> {});
        sequencer.close();
        database.close();
    }

    @Test
    void anErrorInOneRoundIsReportedAndDoesNotEndTheRounds() {
        var rounds = new AtomicInteger();
        storage.before(() -> {
            rounds.incrementAndGet();
            throw new StackOverflowError("for the test");
        });
        await().until(() -> rounds.get() > 2);
        assertThat(sequencer.check().status()).isEqualTo(Status.DEGRADED);
        assertThat(sequencer.check().detail()).contains("StackOverflowError");
        storage.before(() -> {});
        journal.record(new JournalEntry(TenantId.DEFAULT, "system", "test.act", "x", "because", null, Map.of()));
        await().until(() -> sequencer.check().detail().equals("2 entries"));
        assertThat(sequencer.check().status()).isEqualTo(Status.UP);
    }

    @Test
    void aRoundThatDoesNotEndIsSeen() throws Exception {
        var began = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        storage.before(() -> {
            began.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        began.await();
        assertThat(sequencer.check().status()).isEqualTo(Status.UP);
        ahead.set(Duration.ofSeconds(11));
        assertThat(sequencer.check().status()).isEqualTo(Status.DEGRADED);
        assertThat(sequencer.check().detail()).startsWith("the last round");
        goOn.countDown();
        await().until(() -> sequencer.check().status() == Status.UP);
    }

    private static final class Ahead extends Clock {

        private final AtomicReference<Duration> ahead;

        Ahead(AtomicReference<Duration> ahead) {
            this.ahead = ahead;
        }

        @Override
        public Instant instant() {
            return Instant.now().plus(ahead.get());
        }

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            throw new UnsupportedOperationException("This clock has one zone.");
        }
    }
}
