package dev.seneschal.eventlog;

import static dev.seneschal.eventlog.Nodes.TENANT;
import static dev.seneschal.eventlog.Nodes.append;
import static dev.seneschal.eventlog.Nodes.event;
import static dev.seneschal.eventlog.Nodes.events;
import static dev.seneschal.eventlog.RecordingConsumer.properties;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.seneschal.api.event.ConsumerState;
import dev.seneschal.api.event.EventBatch;
import dev.seneschal.api.event.EventConsumer;
import dev.seneschal.api.event.StoredEvent;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class ConsumersTest {

    private static Nodes nodes;
    private static PostgresEventLog log;

    @BeforeAll
    static void start() {
        nodes = new Nodes();
        log = nodes.start();
        nodes.storage()
                .system()
                .run(handle -> handle.execute("INSERT INTO tenants (id, title) VALUES ('acme', 'Acme')"));
        // A table of a consumer's own, as its bundle would bring it.
        try (var connection = nodes.database().superuser();
                var statement = connection.createStatement()) {
            statement.execute(
                    "CREATE TABLE effects (name text, \"offset\" bigint);" + " GRANT ALL ON effects TO seneschal_app");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    private static List<Long> upTo(long last) {
        return LongStream.rangeClosed(1, last).boxed().toList();
    }

    private static ConsumerState state(String name) {
        return log.consumers().stream()
                .filter(state -> state.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static void awaitNoLag(String name) {
        await().untilAsserted(() -> assertThat(state(name).lag()).isZero());
    }

    @Test
    void aConsumerGetsWhatIsAppendedAfterItsRegistrationInOrder() throws Exception {
        append(log, events("c1:a", 3));
        var consumer = new RecordingConsumer();
        log.add(consumer, properties("c1", "latest"));
        for (int i = 0; i < 10; i++) {
            append(log, events("c1:a", 7));
            append(log, events("c1:new", 2));
        }
        await().untilAsserted(() -> {
            assertThat(consumer.offsets("c1:a"))
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(4, 73).boxed().toList());
            assertThat(consumer.offsets("c1:new")).containsExactlyElementsOf(upTo(20));
        });
        log.remove(consumer);
    }

    @Test
    void aNewConsumerThatWantsAllGetsAll() throws Exception {
        append(log, events("c2:a", 250));
        var consumer = new RecordingConsumer();
        log.add(consumer, properties("c2", "earliest"));
        await().untilAsserted(() -> assertThat(consumer.offsets("c2:a")).containsExactlyElementsOf(upTo(250)));
        log.remove(consumer);
    }

    @Test
    void aConsumerThatWasAwayContinuesWhereItStopped() throws Exception {
        var before = new RecordingConsumer();
        log.add(before, properties("c3", "latest"));
        append(log, events("c3:a", 5));
        await().untilAsserted(() -> assertThat(before.offsets("c3:a")).hasSize(5));
        log.remove(before);
        append(log, events("c3:a", 5));
        append(log, events("c3:meanwhile", 5));
        assertThat(state("c3").lag()).isGreaterThanOrEqualTo(10);
        assertThat(state("c3").attached()).isFalse();
        assertThat(before.offsets("c3:a")).hasSize(5);

        var after = new RecordingConsumer();
        log.add(after, properties("c3", "latest"));
        await().untilAsserted(() -> {
            assertThat(after.offsets("c3:a")).containsExactly(6L, 7L, 8L, 9L, 10L);
            assertThat(after.offsets("c3:meanwhile")).containsExactlyElementsOf(upTo(5));
        });
        awaitNoLag("c3");
        assertThat(state("c3").attached()).isTrue();
        log.remove(after);
    }

    @Test
    void aPoisonedEventIsSetAsideAndItsNeighboursArrive() throws Exception {
        var consumer = new RecordingConsumer();
        consumer.failOn(event -> event.event().id().equals("poison"));
        log.add(consumer, properties("c4", "latest"));
        var batch = new ArrayList<>(events("c4:a", 4));
        batch.add(2, event("c4:a", "poison"));
        append(log, batch);
        append(log, events("c4:b", 3));
        await().untilAsserted(() -> {
            assertThat(consumer.offsets("c4:a")).containsExactly(1L, 2L, 4L, 5L);
            assertThat(consumer.offsets("c4:b")).containsExactlyElementsOf(upTo(3));
        });
        awaitNoLag("c4");
        assertThat(state("c4").deadLetters()).isEqualTo(1);
        assertThat(state("c4").lastError()).contains("cannot digest poison");
        log.remove(consumer);
    }

    @Test
    void whatAConsumerWritesInTheTransactionHappensOnceEvenIfItFailsAfterwards() throws Exception {
        var failures = new AtomicInteger(2);
        EventConsumer consumer = batch -> {
            write(batch, "c5");
            if (failures.getAndDecrement() > 0) {
                throw new IllegalStateException("crash between effect and commit");
            }
        };
        log.add(consumer, properties("c5", "latest"));
        append(log, events("c5:a", 6));
        await().untilAsserted(() -> assertThat(effects("c5")).containsExactlyElementsOf(upTo(6)));
        awaitNoLag("c5");
        assertThat(effects("c5")).containsExactlyElementsOf(upTo(6));
        assertThat(state("c5").deadLetters()).isZero();
        log.remove(consumer);
    }

    @Test
    void twoNodesShareAConsumerWithoutProcessingAnEventTwice() throws Exception {
        var other = nodes.start();
        EventConsumer here = batch -> write(batch, "c6");
        EventConsumer there = batch -> write(batch, "c6");
        log.add(here, properties("c6", "latest"));
        other.add(there, properties("c6", "latest"));
        for (int i = 0; i < 30; i++) {
            append(i % 2 == 0 ? log : other, events("c6:a", 10));
        }
        await().untilAsserted(() -> assertThat(effects("c6")).hasSize(300));
        awaitNoLag("c6");
        assertThat(effects("c6")).containsExactlyElementsOf(upTo(300));
        log.remove(here);
        other.remove(there);
    }

    private static void write(EventBatch batch, String name) {
        if (!batch.channel().startsWith(name + ":")) {
            return;
        }
        for (StoredEvent event : batch.events()) {
            batch.transaction().execute("INSERT INTO effects VALUES (?, ?)", name, event.offset());
        }
    }

    private static List<Long> effects(String name) {
        return nodes.storage().system().read(handle -> handle.createQuery(
                        "SELECT \"offset\" FROM effects WHERE name = :name ORDER BY 1")
                .bind("name", name)
                .mapTo(Long.class)
                .list());
    }

    @Test
    void aConsumerWhoseEventsWereRemovedCatchesUpWithTheRest() throws Exception {
        append(log, events("c7:a", 10));
        nodes.storage().system().run(handle -> handle.execute("DELETE FROM realtime_events WHERE channel = 'c7:a'"));
        var consumer = new RecordingConsumer();
        log.add(consumer, properties("c7", "earliest"));
        append(log, events("c7:b", 1));
        await().untilAsserted(() -> assertThat(consumer.offsets("c7:b")).containsExactly(1L));
        awaitNoLag("c7");
        assertThat(consumer.offsets("c7:a")).isEmpty();
        log.remove(consumer);
    }

    @Test
    void removalWaitsForTheCallUnderWayAndAllowsNoFurtherOne() throws Exception {
        var entered = new CountDownLatch(1);
        var leave = new CountDownLatch(1);
        var calls = new AtomicInteger();
        EventConsumer consumer = batch -> {
            if (batch.channel().equals("c8:a")) {
                calls.incrementAndGet();
                entered.countDown();
                leave.await();
            }
        };
        log.add(consumer, properties("c8", "latest"));
        append(log, events("c8:a", 1));
        entered.await();
        var removal = new Thread(() -> log.remove(consumer));
        removal.start();
        await().until(() -> removal.getState() == Thread.State.TIMED_WAITING);
        leave.countDown();
        removal.join();
        append(log, events("c8:a", 1));
        assertThat(state("c8").attached()).isFalse();
        assertThat(state("c8").lag()).isPositive();
        assertThat(calls).hasValue(1);
    }

    @Test
    void aChannelThatNeverRunsDryDoesNotHoldUpAnother() throws Exception {
        var other = new CountDownLatch(1);
        EventConsumer consumer = batch -> {
            if (batch.channel().equals("c9:quiet")) {
                other.countDown();
            } else if (batch.channel().equals("c9:busy") && other.getCount() > 0) {
                // Each batch finds more behind it, for as long as the other channel has not been served.
                append(log, events("c9:busy", 101));
            }
        };
        log.add(consumer, properties("c9", "latest"));
        append(log, events("c9:busy", 101));
        await().until(() -> log.head(TENANT, "c9:busy").offset() > 500);
        append(log, events("c9:quiet", 1));
        assertThat(other.await(30, TimeUnit.SECONDS)).isTrue();
        log.remove(consumer);
    }

    @Test
    void anErrorOfAConsumerIsAFailedAttemptAndItsThreadGoesOn() throws Exception {
        var seen = new CopyOnWriteArrayList<Long>();
        EventConsumer consumer = batch -> {
            if (batch.channel().equals("c10:a")) {
                if (batch.events().stream().anyMatch(event -> event.event().id().equals("heavy"))) {
                    throw new StackOverflowError();
                }
                batch.events().forEach(event -> seen.add(event.offset()));
            }
        };
        log.add(consumer, properties("c10", "latest"));
        append(log, List.of(event("c10:a"), event("c10:a", "heavy"), event("c10:a")));
        await().untilAsserted(() -> assertThat(seen).containsExactly(1L, 3L));
        awaitNoLag("c10");
        assertThat(state("c10").deadLetters()).isEqualTo(1);
        assertThat(state("c10").lastError()).contains("StackOverflowError");
        log.remove(consumer);
    }

    @Test
    void aConsumerThatIsForgottenWhileItWorksStartsAnew() throws Exception {
        var consumer = new RecordingConsumer();
        log.add(consumer, properties("c11", "latest"));
        append(log, events("c11:a", 2));
        await().until(() -> consumer.offsets("c11:a").size() == 2);
        awaitNoLag("c11");
        // As events:forget does on a node where the consumer is not.
        nodes.storage().system().run(handle -> handle.execute("DELETE FROM event_consumers WHERE name = 'c11'"));
        append(log, events("c11:a", 1));
        await().until(() ->
                log.consumers().stream().anyMatch(state -> state.name().equals("c11")));
        append(log, events("c11:a", 1));
        await().untilAsserted(() -> assertThat(consumer.offsets("c11:a")).contains(4L));
        log.remove(consumer);
    }
}
