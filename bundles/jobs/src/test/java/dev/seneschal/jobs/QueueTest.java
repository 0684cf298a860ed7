package dev.seneschal.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.seneschal.api.job.Job;
import dev.seneschal.api.job.JobHandler;
import dev.seneschal.api.job.JobOutcome;
import dev.seneschal.api.job.JobRequest;
import dev.seneschal.api.job.JobSummary;
import dev.seneschal.api.job.JobSummary.State;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.jobs.queue.History;
import dev.seneschal.jobs.queue.Interventions;
import dev.seneschal.jobs.queue.JobRegister;
import dev.seneschal.jobs.queue.JobTable;
import dev.seneschal.jobs.work.Engine;
import dev.seneschal.jobs.work.Settings;
import dev.seneschal.testkit.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class QueueTest {

    private static final TenantId ACME = new TenantId("acme");
    private static final JobOutcome DONE = new JobOutcome.Done();
    private static TestDatabase database;

    private final JobTable table = new JobTable();
    private final Nodes.Memory journal = new Nodes.Memory();
    private final JobRegister register = new JobRegister();
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final Interventions interventions = new Interventions(journal, (handle, job, state, reason) -> {
        told.add(state + " " + job.id() + " " + reason);
        return true;
    });
    private String type;
    private Nodes nodes;

    @BeforeAll
    static void start() {
        database = TestDatabase.with("jobs");
        database.storage()
                .system()
                .run(handle -> handle.execute("INSERT INTO tenants (id, title) VALUES ('acme', 'Acme')"));
        new History(database.storage(), 90, 400).maintain();
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    @BeforeEach
    void freshType() {
        type = "test-" + UUID.randomUUID();
        nodes = new Nodes(database.storage());
    }

    @AfterEach
    void stopNodes() {
        nodes.close();
    }

    private UUID add(JobRequest request) {
        return database.storage().tenant(request.tenant()).write(handle -> table.add(handle, request));
    }

    private UUID add(String payload) {
        return add(JobRequest.now(TenantId.DEFAULT, type, payload, null));
    }

    private JobSummary summary(UUID id) {
        return register.find(database.storage().system(), id).orElseThrow();
    }

    private void awaitState(UUID id, State state) {
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(10))
                .untilAsserted(() -> assertThat(summary(id).state()).isEqualTo(state));
    }

    private long count(String table, String state) {
        return database.storage().system().read(handle -> handle.createQuery(
                        "SELECT count(*) FROM " + table + " WHERE type = :type AND state = :state")
                .bind("type", type)
                .bind("state", state)
                .mapTo(Long.class)
                .one());
    }

    @Test
    void aJobIsDoneAndItsHistoryStays() {
        var seen = new CopyOnWriteArrayList<Job>();
        Nodes.handle(nodes.start(), type, job -> {
            seen.add(job);
            return DONE;
        });
        var id = add("{\"to\": \"acme\"}");
        awaitState(id, State.DONE);
        assertThat(seen).singleElement().satisfies(job -> {
            assertThat(job.id()).isEqualTo(id);
            assertThat(job.payload()).isEqualTo("{\"to\": \"acme\"}");
            assertThat(job.attempt()).isEqualTo(1);
            assertThat(job.tenant()).isEqualTo(TenantId.DEFAULT);
        });
    }

    @Test
    void severalNodesUnderConcurrentLoadDoEachJobOnce() throws Exception {
        var runs = new ConcurrentHashMap<UUID, AtomicInteger>();
        for (int i = 0; i < 3; i++) {
            Nodes.handle(nodes.start(), type, job -> {
                runs.computeIfAbsent(job.id(), id -> new AtomicInteger()).incrementAndGet();
                return DONE;
            });
        }
        Set<UUID> added = ConcurrentHashMap.newKeySet();
        var producers = Executors.newFixedThreadPool(4);
        try {
            var all = IntStream.range(0, 4)
                    .mapToObj(producer -> producers.submit(() -> {
                        for (int i = 0; i < 25; i++) {
                            database.storage().tenant(TenantId.DEFAULT).run(handle -> {
                                for (int k = 0; k < 20; k++) {
                                    added.add(table.add(handle, JobRequest.now(TenantId.DEFAULT, type, "{}", null)));
                                }
                            });
                        }
                    }))
                    .toList();
            for (var one : all) {
                one.get(30, TimeUnit.SECONDS);
            }
        } finally {
            producers.shutdown();
        }
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(count("job_history", "done")).isEqualTo(2_000));
        assertThat(added).hasSize(2_000);
        assertThat(runs.keySet()).isEqualTo(added);
        assertThat(runs.values()).allSatisfy(count -> assertThat(count).hasValue(1));
    }

    @Test
    void aJobExistsOnlyIfItsTransactionCommits() {
        var ran = new AtomicInteger();
        Nodes.handle(nodes.start(), type, job -> {
            ran.incrementAndGet();
            return DONE;
        });
        assertThatThrownBy(() -> database.storage().tenant(TenantId.DEFAULT).run(handle -> {
                    table.add(handle, JobRequest.now(TenantId.DEFAULT, type, "{}", "k"));
                    throw new IllegalStateException("rolled back");
                }))
                .hasMessage("rolled back");
        var id = add(JobRequest.now(TenantId.DEFAULT, type, "{}", "k"));
        awaitState(id, State.DONE);
        assertThat(ran).hasValue(1);
    }

    @Test
    void aKeyPreventsASecondJobAlsoAfterTheFirstIsDone() {
        Nodes.handle(nodes.start(), type, job -> DONE);
        var first = add(JobRequest.now(TenantId.DEFAULT, type, "{}", "once"));
        assertThat(add(JobRequest.now(TenantId.DEFAULT, type, "{}", "once"))).isEqualTo(first);
        awaitState(first, State.DONE);
        assertThat(add(JobRequest.now(TenantId.DEFAULT, type, "{}", "once"))).isEqualTo(first);
        var other = add(JobRequest.now(ACME, type, "{}", "once"));
        assertThat(other).as("another tenant's key is another key").isNotEqualTo(first);
        awaitState(other, State.DONE);
        assertThat(register.list(database.storage().system(), type, null, null, 10))
                .hasSize(2);
    }

    @Test
    void theMostUrgentJobComesFirst() {
        var order = new CopyOnWriteArrayList<String>();
        for (var priority : List.of(10, 90, 50)) {
            add(new JobRequest(TenantId.DEFAULT, type, "\"" + priority + "\"", priority, null, null, 10));
        }
        var single = new Engine(
                database.storage(),
                new Settings(
                        1,
                        1,
                        100,
                        Nodes.SETTINGS.poll(),
                        Nodes.SETTINGS.lease(),
                        Nodes.SETTINGS.drain(),
                        Nodes.SETTINGS.backoff()),
                UUID.randomUUID());
        single.start();
        try {
            Nodes.handle(single, type, job -> {
                order.add(job.payload());
                return DONE;
            });
            await().until(() -> order.size() == 3);
        } finally {
            single.close();
        }
        assertThat(order).containsExactly("\"90\"", "\"50\"", "\"10\"");
    }

    @Test
    void aFutureJobWaitsUntilItIsDue() {
        var at = new AtomicInteger();
        Nodes.handle(nodes.start(), type, job -> {
            at.incrementAndGet();
            return DONE;
        });
        var due = Instant.now().plusMillis(400);
        var id = add(new JobRequest(TenantId.DEFAULT, type, "{}", 50, due, null, 10));
        assertThat(summary(id).state()).isEqualTo(State.PENDING);
        awaitState(id, State.DONE);
        assertThat(Instant.now()).isAfterOrEqualTo(due);
        assertThat(at).hasValue(1);
    }

    @Test
    void aFailedAttemptIsTriedAgainWithTheSameIdentifier() {
        var attempts = new CopyOnWriteArrayList<Job>();
        Nodes.handle(nodes.start(), type, job -> {
            attempts.add(job);
            if (job.attempt() == 1) {
                throw new IllegalStateException("first");
            }
            return job.attempt() == 2 ? new JobOutcome.Retry("second", Duration.ZERO) : DONE;
        });
        var id = add("{}");
        awaitState(id, State.DONE);
        assertThat(attempts).extracting(Job::attempt).containsExactly(1, 2, 3);
        assertThat(attempts).extracting(Job::id).containsOnly(id);
    }

    @Test
    void afterTheLastAttemptAJobHasFailedWithTheReasonAndCanBeMadeDueAgain() {
        var attempts = new AtomicInteger();
        Nodes.handle(nodes.start(), type, job -> {
            if (attempts.incrementAndGet() <= 3) {
                throw new IllegalStateException("the disk\0 is full");
            }
            return DONE;
        });
        var id = add(new JobRequest(TenantId.DEFAULT, type, "{}", 50, null, null, 3));
        awaitState(id, State.FAILED);
        assertThat(summary(id).detail())
                .contains("gave up after 3 attempts")
                .contains("IllegalStateException: the disk  is full");
        assertThat(interventions.retry(database.storage().tenant(ACME), id, "user:eve"))
                .isFalse();
        assertThat(interventions.retry(database.storage().system(), id, "user:admin"))
                .isTrue();
        awaitState(id, State.DONE);
        assertThat(summary(id).attempt()).isEqualTo(1);
        assertThat(journal.entries).singleElement().satisfies(entry -> {
            assertThat(entry.action()).isEqualTo("job.retry");
            assertThat(entry.actor()).isEqualTo("user:admin");
            assertThat(entry.target()).isEqualTo("job:" + id);
        });
    }

    @Test
    void whatCanNeverBeDoneIsNotTriedAgain() {
        Nodes.handle(nodes.start(), type, job -> new JobOutcome.Failed("no such table"));
        var id = add("{}");
        awaitState(id, State.FAILED);
        assertThat(summary(id).attempt()).isEqualTo(1);
        assertThat(summary(id).detail()).isEqualTo("no such table");
    }

    @Test
    void aTypeWithoutHandlerIsParkedAndResumesWhenItReturns() {
        var engine = nodes.start();
        var other = add("{}");
        assertThat(summary(other).state()).isEqualTo(State.PARKED);
        assertThat(register.list(database.storage().system(), type, State.PARKED, null, 10))
                .hasSize(1);
        Nodes.handle(engine, type, job -> DONE);
        awaitState(other, State.DONE);
    }

    @Test
    void aHandlerThatStopsIsDrainedInterruptedAndItsWorkGivenBackUncounted() throws Exception {
        var engine = nodes.start();
        var begun = new CountDownLatch(1);
        var interrupted = new CountDownLatch(1);
        JobHandler slow = job -> {
            begun.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
            return DONE;
        };
        Nodes.handle(engine, type, slow);
        var id = add("{}");
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(interventions.cancel(database.storage().system(), id, "user:admin"))
                .as("what runs cannot be cancelled")
                .isFalse();
        engine.remove(type, slow);
        assertThat(interrupted.getCount())
                .as("interrupted before remove returned")
                .isZero();
        awaitState(id, State.PARKED);
        assertThat(summary(id).attempt()).isZero();
        Nodes.handle(engine, type, job -> DONE);
        awaitState(id, State.DONE);
        assertThat(summary(id).attempt()).isEqualTo(1);
    }

    @Test
    void aHandlerThatStopsMayFinishWhatItBegan() throws Exception {
        var engine = nodes.start();
        var begun = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        JobHandler patient = job -> {
            begun.countDown();
            goOn.await();
            return DONE;
        };
        Nodes.handle(engine, type, patient);
        var id = add("{}");
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        var removal = new Thread(() -> engine.remove(type, patient));
        removal.start();
        await().until(() -> removal.getState() == Thread.State.TIMED_WAITING);
        goOn.countDown();
        removal.join(10_000);
        awaitState(id, State.DONE);
    }

    @Test
    void aStoppingNodeGivesBackWhatItHasNotBegun() {
        var engine = nodes.start();
        var begun = new CountDownLatch(1);
        var ran = ConcurrentHashMap.<UUID>newKeySet();
        Nodes.handle(engine, type, job -> {
            begun.countDown();
            ran.add(job.id());
            new CountDownLatch(1).await();
            return DONE;
        });
        var ids = IntStream.range(0, 20).mapToObj(i -> add("{}")).toList();
        await().until(() -> begun.getCount() == 0);
        engine.close();
        assertThat(ids).allSatisfy(id -> {
            assertThat(summary(id).state()).isEqualTo(State.PARKED);
            assertThat(summary(id).attempt()).isZero();
        });
        assertThat(ran).hasSizeLessThan(20);
    }

    @Test
    void aJobThatHasNotBegunCanBeCancelled() {
        var id = add("{}");
        assertThat(interventions.cancel(database.storage().tenant(ACME), id, "user:eve"))
                .as("not by another tenant")
                .isFalse();
        assertThat(interventions.cancel(database.storage().tenant(TenantId.DEFAULT), id, "user:admin"))
                .isTrue();
        assertThat(summary(id).state()).isEqualTo(State.CANCELLED);
        assertThat(interventions.cancel(database.storage().system(), id, "user:admin"))
                .isFalse();
        assertThat(journal.entries).singleElement().satisfies(entry -> {
            assertThat(entry.action()).isEqualTo("job.cancel");
            assertThat(entry.details()).isEqualTo(Map.of("type", type));
        });
        assertThat(told).containsExactly("CANCELLED " + id + " cancelled by user:admin");
    }

    @Test
    void aJobWhoseHandlerIsAwayOrFailsIsNotCancelled() {
        var engine = nodes.start();
        var withEngine = new Interventions(journal, engine::tell);
        var id = add(
                new JobRequest(TenantId.DEFAULT, type, "{}", 50, Instant.now().plus(Duration.ofHours(1)), null, 1));
        assertThatThrownBy(() -> withEngine.cancel(database.storage().system(), id, "user:admin"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no handler of type " + type);
        Nodes.handle(engine, type, new Telling(job -> DONE, (handle, job) -> {
            throw new IllegalArgumentException("not now");
        }));
        assertThatThrownBy(() -> withEngine.cancel(database.storage().system(), id, "user:admin"))
                .hasMessage("its handler could not end what it is for");
        assertThat(summary(id).state()).isEqualTo(State.PENDING);
        assertThat(journal.entries).isEmpty();
    }

    @Test
    void aHandlerLearnsInTheSameTransactionThatItsJobGaveUpOrFailed() {
        var engine = nodes.start();
        var ended = new CopyOnWriteArrayList<String>();
        Nodes.handle(
                engine,
                type,
                new Telling(
                        job -> job.payload().equals("1")
                                ? new JobOutcome.Failed("never")
                                : new JobOutcome.Retry("not yet", Duration.ZERO),
                        (handle, job) -> ended.add(job.id() + " " + historyState(handle, job.id()))));
        var failed = add("1");
        var gaveUp = add(new JobRequest(TenantId.DEFAULT, type, "{}", 50, null, null, 2));
        awaitState(failed, State.FAILED);
        awaitState(gaveUp, State.FAILED);
        assertThat(ended).containsExactlyInAnyOrder(failed + " failed", gaveUp + " failed");
    }

    @Test
    void aJobDoesNotEndUntilItsHandlerCouldEndWhatItIsFor() {
        var engine = nodes.start();
        var refusals = new AtomicInteger(2);
        Nodes.handle(engine, type, new Telling(job -> new JobOutcome.Failed("never"), (handle, job) -> {
            if (refusals.getAndDecrement() > 0) {
                handle.execute("SELECT nonsense");
            }
        }));
        var other = add("{}");
        await().untilAsserted(() -> assertThat(summary(other).detail()).contains("could not end what it is for"));
        assertThat(summary(other).state()).isEqualTo(State.PENDING);
        database.storage()
                .system()
                .run(handle -> handle.execute("UPDATE jobs SET state = 'ready', due_at = now() WHERE id = ?", other));
        awaitState(other, State.FAILED);
        assertThat(summary(other).detail()).isEqualTo("never");
    }

    private static String historyState(Handle handle, UUID id) {
        return handle.createQuery("SELECT state FROM job_history WHERE id = :id")
                .bind("id", id)
                .mapTo(String.class)
                .one();
    }

    @Test
    void whatCannotBeginIsGivenBackUncountedHoweverOften() {
        var engine = nodes.start();
        var runs = new AtomicInteger();
        Nodes.handle(
                engine,
                type,
                job -> runs.incrementAndGet() <= 20 ? new JobOutcome.NotNow("no tool", Duration.ofMillis(1)) : DONE);
        var id = add(new JobRequest(TenantId.DEFAULT, type, "{}", 50, null, null, 2));
        awaitState(id, State.DONE);
        assertThat(runs).hasValue(21);
        assertThat(summary(id).attempt()).isEqualTo(1);
    }

    @Test
    void whatCannotBeginSaysWhyItWaits() {
        var engine = nodes.start();
        Nodes.handle(engine, type, job -> new JobOutcome.NotNow("no tool", Duration.ofHours(1)));
        var id = add("{}");
        await().untilAsserted(() -> assertThat(summary(id).detail()).isEqualTo("no tool"));
        assertThat(summary(id).state()).isEqualTo(State.PENDING);
        assertThat(summary(id).attempt()).isZero();
    }

    /** A handler that wants to know of jobs that end undone. */
    private record Telling(JobHandler work, BiConsumer<Handle, Job> told) implements JobHandler {

        @Override
        public JobOutcome handle(Job job) throws Exception {
            return work.handle(job);
        }

        @Override
        public void ended(Handle transaction, Job job, JobSummary.State state, String reason) {
            told.accept(transaction, job);
        }
    }

    @Test
    void listsNewestFirstPageByPage() {
        var ids = IntStream.range(0, 5).mapToObj(i -> add("{}")).toList();
        var first = register.list(database.storage().system(), type, null, null, 3);
        var second = register.list(
                database.storage().system(), type, null, first.get(2).id(), 3);
        assertThat(first).extracting(JobSummary::id).containsExactly(ids.get(4), ids.get(3), ids.get(2));
        assertThat(second).extracting(JobSummary::id).containsExactly(ids.get(1), ids.get(0));
        assertThat(register.list(database.storage().tenant(ACME), type, null, null, 10))
                .isEmpty();
    }

    @Test
    void whatIsNotOneJsonValueIsRefusedAndTheTransactionGoesOn() {
        for (var payload : List.of("", "{", "{} {}", "nonsense", "'x'")) {
            var id = database.storage().tenant(TenantId.DEFAULT).write(handle -> {
                assertThatThrownBy(() -> table.add(handle, JobRequest.now(TenantId.DEFAULT, type, payload, null)))
                        .isInstanceOf(IllegalArgumentException.class);
                return table.add(handle, JobRequest.now(TenantId.DEFAULT, type, "{}", null));
            });
            assertThat(summary(id).type()).isEqualTo(type);
        }
        assertThatThrownBy(() -> add("\"" + "x".repeat(256 * 1024) + "\"")).hasMessageContaining("262144 bytes");
    }

    @Test
    void allKeysPastKeepingAreForgottenAtOnce() {
        database.storage()
                .system()
                .run(handle -> handle.execute(
                        """
                        INSERT INTO job_keys (tenant_id, type, key, job_id, added_at)
                        SELECT 'default', ?, 'key ' || n, gen_random_uuid(), now() - interval '401 days'
                        FROM generate_series(1, 20001) AS n
                        """,
                        type));
        new History(database.storage(), 90, 400).maintain();
        var left = database.storage().system().read(handle -> handle.createQuery(
                        "SELECT count(*) FROM job_keys WHERE type = :type")
                .bind("type", type)
                .mapTo(Integer.class)
                .one());
        assertThat(left).isZero();
    }

    @Test
    void theHistoryDropsWeeksPastKeeping() {
        database.storage().system().run(handle -> handle.execute("SELECT job_history_maintain(90)"));
        var parts = database.storage().system().read(handle -> handle.createQuery(
                        "SELECT count(*) FROM pg_inherits WHERE inhparent = 'job_history'::regclass")
                .mapTo(Integer.class)
                .one());
        assertThat(parts).isEqualTo(4);
        assertThatThrownBy(() ->
                        database.storage().system().run(handle -> handle.execute("SELECT job_history_maintain(0)")))
                .hasMessageContaining("at least 1");
    }
}
