package dev.seneschal.eventlog;

import static dev.seneschal.eventlog.Nodes.TENANT;
import static dev.seneschal.eventlog.Nodes.append;
import static dev.seneschal.eventlog.Nodes.event;
import static dev.seneschal.eventlog.Nodes.events;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.seneschal.api.event.ChannelHead;
import dev.seneschal.api.event.CloudEvent;
import dev.seneschal.api.event.EventLog;
import dev.seneschal.api.event.InvalidEventException;
import dev.seneschal.api.event.Position;
import dev.seneschal.api.event.StoredEvent;
import dev.seneschal.api.tenant.TenantId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class PostgresEventLogTest {

    private static Nodes nodes;
    private static PostgresEventLog log;

    @BeforeAll
    static void start() {
        nodes = new Nodes();
        log = nodes.start();
        nodes.storage()
                .system()
                .run(handle -> handle.execute("INSERT INTO tenants (id, title) VALUES ('acme', 'Acme')"));
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    @Test
    void givesEachEventTheNextOffsetOfItsChannel() throws Exception {
        var mixed = List.of(event("a:1"), event("b:1"), event("a:1"), event("a:1"), event("b:1"));
        assertThat(append(log, mixed)).extracting(Position::offset).containsExactly(1L, 1L, 2L, 3L, 2L);
        assertThat(append(log, List.of(event("a:1"))))
                .extracting(Position::offset)
                .containsExactly(4L);
    }

    @Test
    void returnsAnEventAsItsProducerStatedIt() throws Exception {
        var stated = new CloudEvent(
                "42",
                "urn:x:ünïcode?q=1#f",
                "test.full",
                "the 😀 subject",
                Instant.parse("2026-02-03T04:05:06.789012Z"),
                "https://example.org/schema",
                "application/vnd.test+json; charset=utf-8",
                "{\"a\": [1, 2.50, \"x\\ny\", null, true]}",
                false,
                Map.of("traceparent", "00-ab-cd-01", CloudEvent.CHANNEL, "full:1"));
        append(log, List.of(stated));
        var stored = log.read(TENANT, "full:1", 0, 10);
        assertThat(stored).extracting(StoredEvent::event).containsExactly(stated);
        assertThat(stored.get(0).offset()).isEqualTo(1);
        assertThat(stored.get(0).uid().version()).isEqualTo(7);
        assertThat(stored.get(0).recordedAt())
                .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(5));
    }

    @Test
    void keepsTheChannelAmongTheExtensionsOnlyIfItWasStated() throws Exception {
        var plain = CloudEvent.of("p-1", "/test", "test.plain", null, "null");
        var stated = new CloudEvent(
                "p-2",
                "/test",
                "test.plain",
                null,
                null,
                null,
                null,
                null,
                false,
                Map.of("channel", "events:test.plain"));
        append(log, List.of(plain, stated));
        assertThat(log.read(TENANT, "events:test.plain", 0, 10))
                .extracting(StoredEvent::event)
                .containsExactly(plain, stated);
    }

    @Test
    void anEventThatComesAgainReportsItsFirstPlaceAndChangesNothing() throws Exception {
        var first = append(log, List.of(event("dup:1", "d-1"), event("dup:1", "d-2")));
        var again = append(log, List.of(event("dup:1", "d-2"), event("dup:1", "d-3"), event("dup:2", "d-1")));
        assertThat(first).extracting(Position::duplicate).containsOnly(false);
        assertThat(again).extracting(Position::duplicate).containsExactly(true, false, true);
        assertThat(again).extracting(Position::offset).containsExactly(2L, 3L, 1L);
        assertThat(again.get(2).channel()).isEqualTo("dup:1");
        assertThat(log.head(TENANT, "dup:1").offset()).isEqualTo(3);
        assertThat(log.head(TENANT, "dup:2").offset()).isZero();
    }

    @Test
    void theSamePairTwiceInOneRequestIsOneEvent() throws Exception {
        var positions = append(log, List.of(event("twice:1", "t-1"), event("twice:1", "t-1"), event("twice:1", "t-2")));
        assertThat(positions).extracting(Position::offset).containsExactly(1L, 1L, 2L);
        assertThat(positions).extracting(Position::duplicate).containsExactly(false, true, false);
        assertThat(log.read(TENANT, "twice:1", 0, 10)).hasSize(2);
    }

    @Test
    void theSamePairOfAnotherTenantIsAnotherEvent() throws Exception {
        append(log, List.of(event("shared:1", "s-1")));
        var other = log.append(new TenantId("acme"), List.of(event("shared:1", "s-1")))
                .toCompletableFuture()
                .get();
        assertThat(other.get(0).duplicate()).isFalse();
        assertThat(other.get(0).offset()).isEqualTo(1);
        assertThat(log.read(new TenantId("acme"), "shared:1", 0, 10)).hasSize(1);
    }

    @Test
    void aTenantThatDoesNotExistIsRefusedAndItsNeighboursAreNot() throws Exception {
        var nobody = log.append(new TenantId("nobody"), events("n:1", 3)).toCompletableFuture();
        var neighbour = log.append(TENANT, events("n:1", 3)).toCompletableFuture();
        assertThatThrownBy(nobody::get)
                .hasCauseInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("There is no tenant 'nobody'");
        assertThat(neighbour.get()).hasSize(3);
    }

    @Test
    void oneMalformedEventRefusesItsWholeRequest() {
        var bad = new CloudEvent(
                "", "/test", "test.happened", null, null, null, null, null, false, Map.of("channel", "bad:1"));
        assertThatThrownBy(() -> append(log, List.of(event("bad:1"), bad)))
                .cause()
                .isInstanceOfSatisfying(InvalidEventException.class, e -> {
                    assertThat(e.index()).isEqualTo(1);
                    assertThat(e.attribute()).isEqualTo("id");
                });
        assertThat(log.head(TENANT, "bad:1").offset()).isZero();
    }

    @Test
    void aChannelWithoutEventsHasTheEpochItWillKeep() throws Exception {
        var before = log.head(TENANT, "fresh:1");
        assertThat(before).isEqualTo(new ChannelHead(TENANT, "fresh:1", before.epoch(), 0, 1));
        append(log, events("fresh:1", 2));
        assertThat(log.head(TENANT, "fresh:1")).isEqualTo(new ChannelHead(TENANT, "fresh:1", before.epoch(), 2, 1));
        assertThat(log.channels(TENANT)).contains(log.head(TENANT, "fresh:1"));
    }

    @Test
    void theFirstOffsetIsThatOfTheOldestEventStillThere() throws Exception {
        append(log, events("aged:1", 5));
        nodes.storage()
                .system()
                .run(handle ->
                        handle.execute("DELETE FROM realtime_events WHERE channel = 'aged:1' AND \"offset\" <= 3"));
        assertThat(log.head(TENANT, "aged:1").first()).isEqualTo(4);
        assertThat(log.read(TENANT, "aged:1", 0, 10))
                .extracting(StoredEvent::offset)
                .containsExactly(4L, 5L);
    }

    @Test
    void readsFromAnOffsetOnAndNoMoreThanAsked() throws Exception {
        append(log, events("paged:1", 10));
        assertThat(log.read(TENANT, "paged:1", 4, 3))
                .extracting(StoredEvent::offset)
                .containsExactly(5L, 6L, 7L);
        assertThat(log.read(TENANT, "paged:1", 10, 3)).isEmpty();
        assertThat(log.read(TENANT, "never:1", 0, 3)).isEmpty();
    }

    @Test
    void followsWhatIsAppendedHereAndOnAnotherNodeOnceAndInOrder() throws Exception {
        var other = nodes.start();
        append(log, events("live:1", 3));
        var seen = new CopyOnWriteArrayList<Long>();
        EventLog.Follower follower = batch -> batch.stream()
                .filter(event -> event.channel().equals("live:1"))
                .map(StoredEvent::offset)
                .forEach(seen::add);
        try (var following = log.follow(follower)) {
            assertThat(following).isNotNull();
            for (int i = 0; i < 20; i++) {
                append(i % 2 == 0 ? log : other, events("live:1", 5));
            }
            var expected = LongStream.rangeClosed(4, 103).boxed().toList();
            await().untilAsserted(() -> assertThat(seen).containsExactlyElementsOf(expected));
        }
        append(log, events("live:1", 1));
        assertThat(seen).hasSize(100);
    }

    @Test
    void linksAnEventToTheAdministratorsSessionOfItsTenantIfThereIsOne() throws Exception {
        var session = UUID.randomUUID();
        var foreign = UUID.randomUUID();
        nodes.storage().system().run(handle -> {
            handle.execute(
                    "INSERT INTO admin_sessions (id, tenant_id, account, remote_address) VALUES (?, 'default', 'a', 'b')",
                    session);
            handle.execute(
                    "INSERT INTO admin_sessions (id, tenant_id, account, remote_address) VALUES (?, 'acme', 'a', 'b')",
                    foreign);
        });
        append(log, List.of(by(session), by(foreign), by(UUID.randomUUID())));
        assertThat(admins()).containsExactly(session, null, null);
        nodes.storage().system().run(handle -> handle.execute("DELETE FROM admin_sessions WHERE id = ?", session));
        assertThat(admins()).containsExactly(null, null, null);
    }

    private static CloudEvent by(UUID session) {
        return new CloudEvent(
                "by-" + session,
                "/test",
                "test.by",
                null,
                null,
                null,
                null,
                null,
                false,
                Map.of("adminsession", session.toString()));
    }

    private static List<UUID> admins() {
        return nodes.storage().system().read(handle -> handle.createQuery(
                        "SELECT admin_id FROM realtime_events WHERE event_type = 'test.by' ORDER BY \"offset\"")
                .mapTo(UUID.class)
                .list());
    }
}
