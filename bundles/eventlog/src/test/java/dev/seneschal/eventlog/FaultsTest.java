package dev.seneschal.eventlog;

import static dev.seneschal.eventlog.Nodes.TENANT;
import static dev.seneschal.eventlog.Nodes.append;
import static dev.seneschal.eventlog.Nodes.event;
import static dev.seneschal.eventlog.Nodes.events;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.seneschal.api.event.CloudEvent;
import dev.seneschal.api.event.Position;
import dev.seneschal.api.event.StoredEvent;
import dev.seneschal.api.storage.StorageUnavailableException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FaultsTest {

    private static final String KILL = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            + " WHERE datname = current_database() AND pid <> pg_backend_pid()";

    private Nodes nodes;

    @BeforeEach
    void start() {
        nodes = new Nodes();
    }

    @AfterEach
    void stop() {
        nodes.close();
    }

    private static List<Long> upTo(long last) {
        return LongStream.rangeClosed(1, last).boxed().toList();
    }

    /** Runs the work of each writer on a thread of its own and returns when all are done. */
    private static void together(int writers, Callable<?> work) throws Exception {
        var threads = Executors.newFixedThreadPool(writers);
        try {
            for (var done : threads.invokeAll(Collections.nCopies(writers, work))) {
                done.get();
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void writersOfSeveralNodesLeaveNoGapAndNoReaderMissesAnEvent() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        var log = List.of(nodes.start(), nodes.start(), nodes.start());
        var followed = new ConcurrentHashMap<String, List<Long>>();
        var consumer = new RecordingConsumer();
        log.get(2).add(consumer, RecordingConsumer.properties("reader", "latest"));
        append(log.get(2), events("r:0", 1));
        await().until(() -> consumer.offsets("r:0").equals(List.of(1L)));
        var following = log.get(1)
                .follow(batch -> followed.computeIfAbsent(batch.get(0).channel(), name -> new ArrayList<>())
                        .addAll(batch.stream().map(StoredEvent::offset).toList()));

        together(6, () -> {
            var random = new Random(seed ^ Thread.currentThread().getId());
            for (int i = 0; i < 40; i++) {
                var events = new ArrayList<CloudEvent>();
                for (int n = random.nextInt(20); n >= 0; n--) {
                    events.add(event("r:" + random.nextInt(4)));
                }
                append(log.get(random.nextInt(3)), events);
            }
            return null;
        });

        for (int i = 0; i < 4; i++) {
            var channel = "r:" + i;
            long last = log.get(0).head(TENANT, channel).offset();
            assertThat(offsets(log.get(0), channel)).containsExactlyElementsOf(upTo(last));
            await().untilAsserted(() -> assertThat(consumer.offsets(channel)).containsExactlyElementsOf(upTo(last)));
            var expected = channel.equals("r:0") ? upTo(last).subList(1, (int) last) : upTo(last);
            await().untilAsserted(() -> assertThat(followed.get(channel)).containsExactlyElementsOf(expected));
        }
        following.close();
    }

    private static List<Long> offsets(PostgresEventLog log, String channel) {
        return log.read(TENANT, channel, 0, 10_000).stream()
                .map(StoredEvent::offset)
                .toList();
    }

    @Test
    void whatWasAcknowledgedIsThereOnceThoughConnectionsDieUnderTheAppends() throws Exception {
        var log = List.of(nodes.start(), nodes.start());
        var acknowledged = new ConcurrentHashMap<String, Position>();
        var writing = new CountDownLatch(4);
        var killer = Executors.newSingleThreadExecutor();
        var killed = killer.submit(() -> {
            int count = 0;
            try (var connection = nodes.database().superuser();
                    var statement = connection.createStatement()) {
                while (!writing.await(10, TimeUnit.MILLISECONDS)) {
                    var rows =
                            statement.executeQuery(KILL + " AND query ILIKE '%realtime_events%' AND state <> 'idle'");
                    rows.next();
                    count += rows.getInt(1);
                }
            }
            return count;
        });
        together(4, () -> {
            try {
                for (int i = 0; i < 40; i++) {
                    retry(log.get(i % 2), events("k:" + i % 3, 25), acknowledged);
                }
                return null;
            } finally {
                writing.countDown();
            }
        });
        System.out.println("connections killed under an append: " + killed.get());
        killer.shutdown();

        var stored = new ArrayList<String>();
        for (int i = 0; i < 3; i++) {
            var channel = "k:" + i;
            var events = log.get(0).read(TENANT, channel, 0, 10_000);
            assertThat(events).extracting(StoredEvent::offset).containsExactlyElementsOf(upTo(events.size()));
            for (var event : events) {
                stored.add(event.event().id());
                assertThat(acknowledged.get(event.event().id()).offset()).isEqualTo(event.offset());
            }
        }
        assertThat(stored).hasSize(4_000).doesNotHaveDuplicates();
    }

    /** Appends until the log says that it is done, as a producer does. */
    private static void retry(PostgresEventLog log, List<CloudEvent> events, Map<String, Position> acknowledged)
            throws Exception {
        for (int attempt = 0; attempt < 200; attempt++) {
            try {
                var positions = append(log, events);
                for (int i = 0; i < events.size(); i++) {
                    acknowledged.put(events.get(i).id(), positions.get(i));
                }
                return;
            } catch (ExecutionException e) {
                assertThat(e).hasCauseInstanceOf(StorageUnavailableException.class);
            }
        }
        throw new AssertionError("The log never took the events");
    }

    @Test
    void aDatabaseThatIsAwayIsReportedSoonAndEverythingResumes() throws Exception {
        var log = nodes.start();
        var consumer = new RecordingConsumer();
        log.add(consumer, RecordingConsumer.properties("patient", "latest"));
        append(log, events("away:1", 2));
        await().until(() -> consumer.offsets("away:1").size() == 2);

        var name = database();
        try (var connection = elsewhere();
                var statement = connection.createStatement()) {
            statement.execute("ALTER DATABASE " + name + " ALLOW_CONNECTIONS false");
            statement.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name + "'");
            var started = System.nanoTime();
            assertThatThrownBy(() -> append(log, events("away:1", 1)))
                    .hasCauseInstanceOf(StorageUnavailableException.class);
            // The promise is two seconds; what is over it here is the test machine's.
            assertThat(System.nanoTime() - started).isLessThan(TimeUnit.SECONDS.toNanos(5));
            statement.execute("ALTER DATABASE " + name + " ALLOW_CONNECTIONS true");
        }

        var again = events("away:1", 3);
        await().ignoreExceptionsInstanceOf(ExecutionException.class)
                .until(() -> append(log, again).size() == 3);
        await().untilAsserted(() -> {
            assertThat(offsets(log, "away:1")).hasSizeBetween(5, 6);
            assertThat(consumer.offsets("away:1")).containsExactlyElementsOf(offsets(log, "away:1"));
        });
    }

    /** Opens a connection to another database of the same server. */
    private Connection elsewhere() throws SQLException {
        try (var connection = nodes.database().superuser()) {
            var url = connection.getMetaData().getURL().replace("/" + connection.getCatalog(), "/postgres");
            return DriverManager.getConnection(url, "postgres", null);
        }
    }

    private String database() throws SQLException {
        try (var connection = nodes.database().superuser()) {
            return connection.getCatalog();
        }
    }

    @Test
    void aNodeThatHangsWithTheLockDoesNotStopTheOthersForGood() throws Exception {
        var log = nodes.start();
        append(log, events("held:1", 1));
        try (var connection = nodes.database().superuser();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SELECT FROM event_channels WHERE channel = 'held:1' FOR UPDATE");
            assertThatThrownBy(() -> append(log, events("held:1", 1)))
                    .hasCauseInstanceOf(StorageUnavailableException.class)
                    .hasMessageContaining("holds a channel");
            connection.rollback();
        }
        assertThat(append(log, events("held:1", 1)).get(0).offset()).isEqualTo(2);
    }

    @Test
    void anEventNeverFailsForAMissingPartition() throws Exception {
        var log = nodes.start();
        append(log, events("part:1", 1));
        try (var connection = nodes.database().superuser();
                var statement = connection.createStatement()) {
            dropPartitions(statement);
        }
        assertThat(append(log, events("part:1", 2)))
                .extracting(Position::offset)
                .containsExactly(2L, 3L);
        assertThat(log.read(TENANT, "part:1", 0, 10)).hasSize(2);
    }

    private static void dropPartitions(Statement statement) throws SQLException {
        statement.execute(
                """
                DO $$
                DECLARE name regclass;
                BEGIN
                    FOR name IN SELECT inhrelid::regclass FROM pg_inherits
                                 WHERE inhparent = 'seneschal.realtime_events'::regclass LOOP
                        EXECUTE format('DROP TABLE %s', name);
                    END LOOP;
                END $$""");
    }

    @Test
    void aRequestTheDatabaseRefusesDoesNotTakeItsNeighboursAlong() throws Exception {
        var log = nodes.start();
        append(log, events("n:1", 1));
        try (var connection = nodes.database().superuser();
                var statement = connection.createStatement()) {
            statement.execute(
                    "ALTER TABLE realtime_events ADD CONSTRAINT refusal CHECK (event_id <> 'refused') NOT VALID");
        }
        // A lock holds the writer up, so that all three share the next group.
        try (var connection = nodes.database().superuser();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SELECT FROM event_channels WHERE channel = 'n:1' FOR UPDATE");
            var holding = log.append(TENANT, events("n:1", 1)).toCompletableFuture();
            var before = log.append(TENANT, events("n:1", 2)).toCompletableFuture();
            var refused = log.append(TENANT, List.of(event("n:1"), event("n:1", "refused")))
                    .toCompletableFuture();
            var after = log.append(TENANT, events("n:1", 2)).toCompletableFuture();
            connection.rollback();
            assertThat(holding.get().get(0).offset()).isEqualTo(2);
            assertThat(before.get()).extracting(Position::offset).containsExactly(3L, 4L);
            assertThatThrownBy(refused::get).hasMessageContaining("refusal");
            assertThat(after.get()).extracting(Position::offset).containsExactly(5L, 6L);
        }
        assertThat(offsets(log, "n:1")).containsExactlyElementsOf(upTo(6));
    }

    @Test
    void consumersAreIntroducedUnderLoadWithoutFailingAnAppend() throws Exception {
        var log = List.of(nodes.start(), nodes.start());
        append(log.get(0), spread());
        // Updated from the last to the first, the rows lie in another order than their keys.
        nodes.storage().system().run(handle -> {
            for (int i = 200; i > 0; i--) {
                handle.execute("UPDATE event_channels SET last_at = last_at WHERE channel = ?", "s:" + i);
            }
        });
        var names = new AtomicInteger();
        together(3, () -> {
            for (int i = 0; i < 30; i++) {
                int number = names.incrementAndGet();
                var node = log.get(number % 2);
                var consumer = new RecordingConsumer();
                node.add(consumer, RecordingConsumer.properties("new" + number, "latest"));
                append(node, spread());
                node.remove(consumer);
            }
            return null;
        });
    }

    /** One event for each of many channels. */
    private static List<CloudEvent> spread() {
        return IntStream.rangeClosed(1, 200).mapToObj(i -> event("s:" + i)).toList();
    }

    /** Makes every append fail with the state, or only the first so many. */
    private void refuse(String state, int times) throws SQLException {
        try (var connection = nodes.database().superuser();
                var statement = connection.createStatement()) {
            statement.execute(
                    """
                    CREATE SEQUENCE refusals;
                    GRANT ALL ON SEQUENCE refusals TO seneschal_app;
                    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
                    BEGIN
                        IF nextval('seneschal.refusals') <= %d THEN
                            RAISE EXCEPTION 'refused by the test' USING ERRCODE = '%s';
                        END IF;
                        RETURN NULL;
                    END $$;
                    CREATE TRIGGER refuse AFTER INSERT ON event_keys EXECUTE FUNCTION refuse()"""
                            .formatted(times, state));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"53100", "25006", "57014", "58030"})
    void aDatabaseThatCanWriteNothingFailsTheGroupAtOnceAsUnavailable(String state) throws Exception {
        var log = nodes.start();
        append(log, events("full:1", 1));
        refuse(state, 1_000_000);
        assertThatThrownBy(() -> append(log, events("full:1", 1)))
                .cause()
                .isInstanceOf(StorageUnavailableException.class)
                .hasMessageContaining(state);
        try (var connection = nodes.database().superuser();
                var statement = connection.createStatement()) {
            statement.execute("DROP TRIGGER refuse ON event_keys");
        }
        assertThat(append(log, events("full:1", 1)).get(0).offset()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"40P01", "40001"})
    void aTransactionThatLostAgainstAnotherIsRepeated(String state) throws Exception {
        var log = nodes.start();
        refuse(state, 2);
        assertThat(append(log, events("again:1", 3))).hasSize(3);
    }

    @Test
    void aChannelThatIsHeldFailsOnlyTheRequestsThatNeedIt() throws Exception {
        var log = nodes.start();
        append(log, List.of(event("stuck:1"), event("first:1"), event("free:1")));
        try (var holder = nodes.database().superuser();
                var hold = holder.createStatement();
                var first = nodes.database().superuser();
                var delay = first.createStatement()) {
            holder.setAutoCommit(false);
            hold.execute("SELECT FROM event_channels WHERE channel = 'stuck:1' FOR UPDATE");
            // A lock that ends at once holds the writer up until all of them wait, so that they share a group.
            first.setAutoCommit(false);
            delay.execute("SELECT FROM event_channels WHERE channel = 'first:1' FOR UPDATE");
            var held = log.append(TENANT, events("first:1", 1)).toCompletableFuture();
            var stuck = log.append(TENANT, List.of(event("free:1"), event("stuck:1")))
                    .toCompletableFuture();
            var free = log.append(TENANT, events("free:1", 2)).toCompletableFuture();
            first.rollback();
            assertThat(held.get()).hasSize(1);
            assertThatThrownBy(stuck::get)
                    .hasCauseInstanceOf(StorageUnavailableException.class)
                    .hasMessageContaining("holds a channel");
            assertThat(free.get()).extracting(Position::offset).containsExactly(2L, 3L);
            holder.rollback();
        }
    }
}
