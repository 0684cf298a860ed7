package dev.seneschal.eventlog;

import static dev.seneschal.eventlog.Nodes.append;
import static dev.seneschal.eventlog.Nodes.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.seneschal.api.audit.JournalEntry;
import dev.seneschal.eventlog.consumer.ConsumerAdmin;
import dev.seneschal.eventlog.consumer.DeadLetter;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class DeadLettersTest {

    private final RecordingJournal journal = new RecordingJournal();
    private Nodes nodes;
    private PostgresEventLog log;
    private ConsumerAdmin admin;
    private RecordingConsumer consumer;

    @BeforeEach
    void setAsideOneEvent() throws Exception {
        nodes = new Nodes();
        log = nodes.start();
        admin = new ConsumerAdmin(nodes.storage(), journal);
        consumer = new RecordingConsumer();
        consumer.failOn(event -> event.event().id().equals("poison"));
        log.add(consumer, RecordingConsumer.properties("picky", "latest"));
        append(log, List.of(event("d:1"), event("d:1", "poison"), event("d:1")));
        await().until(() -> letters().size() == 1);
        await().until(() -> consumer.offsets("d:1").equals(List.of(1L, 3L)));
    }

    @AfterEach
    void stop() {
        nodes.close();
    }

    private List<DeadLetter> letters() {
        return admin.deadLetters("picky", 10);
    }

    private List<UUID> ids() {
        return letters().stream().map(DeadLetter::id).toList();
    }

    @Test
    void aLetterSaysWhatFailedAndWhy() {
        var letter = letters().get(0);
        assertThat(letter.channel()).isEqualTo("d:1");
        assertThat(letter.offset()).isEqualTo(2);
        assertThat(letter.type()).isEqualTo("test.happened");
        assertThat(letter.error()).contains("cannot digest poison");
        assertThat(letter.attempts()).isEqualTo(3);
        assertThat(admin.deadLetters("another", 10)).isEmpty();
        assertThat(admin.deadLetters(null, 10)).hasSize(1);
    }

    @Test
    void aLetterIsDeliveredAgainOnRequestEvenIfTheLogHasDroppedTheEvent() {
        nodes.storage().system().run(handle -> handle.execute("DELETE FROM realtime_events"));
        consumer.failOn(event -> false);
        assertThat(admin.redeliver(ids(), "user:op")).isEqualTo(1);
        await().until(() -> consumer.offsets("d:1").equals(List.of(1L, 3L, 2L)));
        await().until(() -> letters().isEmpty());
        assertThat(journal.entries()).extracting(JournalEntry::action).containsExactly("event.redeliver");
    }

    @Test
    void aLetterThatFailsAgainStays() {
        assertThat(admin.redeliver(ids(), "user:op")).isEqualTo(1);
        await().untilAsserted(() -> {
            assertThat(letters()).extracting(DeadLetter::attempts).containsExactly(4);
            assertThat(letters()).extracting(DeadLetter::redeliver).containsExactly(false);
        });
    }

    @Test
    void aLetterCanBeThrownAway() {
        assertThat(admin.discard(ids(), "user:op")).isEqualTo(1);
        assertThat(letters()).isEmpty();
        assertThat(journal.entries()).extracting(JournalEntry::action).containsExactly("event.discard");
    }

    @Test
    void aForgottenConsumerLeavesNothingBehind() {
        log.remove(consumer);
        assertThat(admin.forget("picky", "user:op")).isTrue();
        assertThat(admin.forget("picky", "user:op")).isFalse();
        assertThat(log.consumers()).isEmpty();
        assertThat(letters()).isEmpty();
        assertThat(journal.entries()).extracting(JournalEntry::target).containsExactly("consumer:picky");
    }
}
