package dev.seneschal.notification.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.seneschal.api.event.CloudEvent;
import dev.seneschal.api.mail.MailMessage.Mailbox;
import dev.seneschal.api.mail.MailResult;
import dev.seneschal.eventlog.RealLog;
import dev.seneschal.jobs.work.Backoff;
import dev.seneschal.jobs.work.Engine;
import dev.seneschal.jobs.work.Settings;
import dev.seneschal.notification.support.FakeTransport;
import dev.seneschal.notification.support.RealQueue;
import dev.seneschal.notification.support.World;
import dev.seneschal.notification.workflow.EventTrigger;
import dev.seneschal.testkit.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** With the real event log and the real work queue: from append to a mail for each event. */
final class RealServicesTest {

    private static final int EVENTS = 40;

    @Test
    void everyEventLeadsToOneMailThoughHalfArePutOffFirst() throws Exception {
        var settings = new Settings(
                4,
                4,
                100,
                Duration.ofMillis(50),
                Duration.ofSeconds(30),
                Duration.ofSeconds(5),
                new Backoff(Duration.ofMillis(20), Duration.ofSeconds(1)));
        try (var database = TestDatabase.with("access", "eventlog", "jobs", "notification");
                var world = new World(database);
                var log = new RealLog(database.storage());
                var engine = new Engine(database.storage(), settings, UUID.randomUUID())) {
            engine.start();
            var transport = new FakeTransport();
            var putOff = ConcurrentHashMap.<String>newKeySet();
            var accepted = ConcurrentHashMap.<String>newKeySet();
            transport.answer(message -> {
                if (Integer.parseInt(message.subject()) % 2 == 0 && putOff.add(message.messageId())) {
                    return new MailResult.Deferred("451 4.7.1 Greylisted");
                }
                assertThat(accepted.add(message.messageId())).isTrue();
                return new MailResult.Accepted("fake", "250 Ok");
            });
            var deliverer = new Deliverer(
                    database.storage(),
                    world.journal,
                    world.engine,
                    world.tally,
                    new Mailbox("a@example.org", null),
                    3);
            deliverer.use(transport);
            engine.add(Deliverer.TYPE, deliverer, other -> 0);
            world.template("note", "$event.data.n", "Text");
            world.workflow("w", "t", "true", "note", "to@example.org");

            var events = IntStream.range(0, EVENTS)
                    .mapToObj(n -> CloudEvent.of("id" + n, "test", "t", Instant.EPOCH, "{\"n\":" + n + "}"))
                    .toList();
            append(log, world, events);
            log.add("notification", new EventTrigger(new RealQueue(), world.journal, world.tally));
            append(log, world, events);

            await().atMost(Duration.ofSeconds(90)).untilAsserted(() -> assertThat(world.all())
                    .hasSize(EVENTS)
                    .allSatisfy(delivery -> assertThat(delivery.status()).isEqualTo(Status.DELIVERED)));
            assertThat(accepted).hasSize(EVENTS);
            assertThat(transport.sent()).hasSize(EVENTS + EVENTS / 2);
            assertThat(Set.copyOf(transport.sent().stream()
                            .map(message -> message.subject())
                            .toList()))
                    .hasSize(EVENTS);
        }
    }

    private static void append(RealLog log, World world, List<CloudEvent> events) throws Exception {
        log.service().append(world.tenant, events).toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}
