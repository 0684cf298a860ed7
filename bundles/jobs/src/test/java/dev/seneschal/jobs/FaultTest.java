package dev.seneschal.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.seneschal.api.job.Job;
import dev.seneschal.api.job.JobHandler;
import dev.seneschal.api.job.JobOutcome;
import dev.seneschal.api.job.JobRequest;
import dev.seneschal.api.job.JobSummary;
import dev.seneschal.api.job.JobSummary.State;
import dev.seneschal.api.storage.StorageUnavailableException;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.jobs.queue.JobRegister;
import dev.seneschal.jobs.queue.JobTable;
import dev.seneschal.jobs.work.Engine;
import dev.seneschal.jobs.work.Settings;
import dev.seneschal.testkit.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class FaultTest {

    private static final JobOutcome DONE = new JobOutcome.Done();
    private static TestDatabase database;

    private final JobTable table = new JobTable();
    private final JobRegister register = new JobRegister();
    private final FlakyStorage flaky = new FlakyStorage(database.storage());
    private String type;
    private Nodes nodes;

    @BeforeAll
    static void start() {
        database = TestDatabase.with("jobs");
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
        flaky.away(false);
        nodes.close();
    }

    private UUID add(int attempts) {
        return database.storage()
                .tenant(TenantId.DEFAULT)
                .write(handle ->
                        table.add(handle, new JobRequest(TenantId.DEFAULT, type, "{}", 50, null, null, attempts)));
    }

    private JobSummary summary(UUID id) {
        return register.find(database.storage().system(), id).orElseThrow();
    }

    private boolean allAre(State state, List<UUID> ids) {
        var found = register.list(database.storage().system(), type, state, null, 1_000).stream()
                .map(JobSummary::id)
                .toList();
        return found.size() == ids.size() && found.containsAll(ids);
    }

    private void awaitState(UUID id, State state) {
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> assertThat(summary(id).state()).isEqualTo(state));
    }

    @Test
    void theWorkOfANodeThatWentSilentIsDoneByAnotherAndItsLateEndingDoesNotCount() throws Exception {
        var silent = nodes.start(flaky);
        var begun = new CountDownLatch(1);
        var late = new CountDownLatch(1);
        Nodes.handle(silent, type, job -> {
            begun.countDown();
            late.await();
            return new JobOutcome.Failed("the late ending");
        });
        var id = add(10);
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        flaky.away(true);
        var other = nodes.start();
        var taken = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        Nodes.handle(other, type, job -> {
            taken.countDown();
            goOn.await();
            return DONE;
        });
        assertThat(taken.await(20, TimeUnit.SECONDS)).isTrue();
        late.countDown();
        flaky.away(false);
        await().untilAsserted(() -> assertThat(silent.figures().lostLeases()).isEqualTo(1));
        assertThat(summary(id).state()).as("the other still has it").isEqualTo(State.RUNNING);
        goOn.countDown();
        awaitState(id, State.DONE);
        assertThat(summary(id).attempt()).isEqualTo(2);
        assertThat(silent.figures().failed()).isZero();
        assertThat(other.figures().reaped()).isEqualTo(1);
    }

    @Test
    void workThatKillsItsNodeEachTimeIsGivenUp() throws Exception {
        var silent = nodes.start(flaky);
        var begun = new CountDownLatch(1);
        var never = new CountDownLatch(1);
        Nodes.handle(silent, type, job -> {
            begun.countDown();
            never.await();
            return DONE;
        });
        var id = add(1);
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        flaky.away(true);
        var other = nodes.start();
        awaitState(id, State.PARKED);
        var told = new CopyOnWriteArrayList<String>();
        Nodes.handle(other, type, new JobHandler() {
            @Override
            public JobOutcome handle(Job job) {
                throw new AssertionError("it has no attempt left");
            }

            @Override
            public void ended(Handle transaction, Job job, State state, String reason) {
                told.add(state + " " + job.id());
            }
        });
        awaitState(id, State.FAILED);
        assertThat(summary(id).detail()).contains("gave up").contains("went silent");
        assertThat(told).containsExactly("FAILED " + id);
    }

    @Test
    void aLeaseIsRenewedForAsLongAsTheWorkTakes() throws Exception {
        var engine = nodes.start();
        var idle = nodes.start();
        var runs = new AtomicInteger();
        var goOn = new CountDownLatch(1);
        for (var one : new Engine[] {engine, idle}) {
            Nodes.handle(one, type, job -> {
                runs.incrementAndGet();
                goOn.await();
                return DONE;
            });
        }
        var id = add(10);
        await().until(() -> runs.get() == 1);
        var until = leaseUntil(id);
        await().atMost(Duration.ofSeconds(10))
                .until(() -> leaseUntil(id) > until + Nodes.SETTINGS.lease().toMillis());
        goOn.countDown();
        awaitState(id, State.DONE);
        assertThat(runs).hasValue(1);
    }

    private long leaseUntil(UUID id) {
        return database.storage().system().read(handle -> handle.createQuery(
                        "SELECT CAST(extract(epoch FROM lease_until) * 1000 AS bigint) FROM jobs WHERE id = :id")
                .bind("id", id)
                .mapTo(Long.class)
                .one());
    }

    @Test
    void whileTheDatabaseIsAwayNothingIsLostAndWorkResumesByItself() {
        var engine = nodes.start(flaky);
        var runs = new AtomicInteger();
        Nodes.handle(engine, type, job -> {
            if (runs.incrementAndGet() == 20) {
                flaky.away(true);
            }
            return DONE;
        });
        var ids = IntStream.range(0, 100).mapToObj(i -> add(10)).toList();
        await().until(() -> engine.trouble().isPresent());
        assertThat(engine.trouble().orElseThrow()).contains("took the database away");
        flaky.away(false);
        await().atMost(Duration.ofSeconds(20)).until(() -> allAre(State.DONE, ids));
        await().until(() -> engine.trouble().isEmpty());
        assertThat(runs).hasValue(100);
    }

    @Test
    void anOutageLongerThanTheLeaseCostsNoAttemptOfWhatHadNotBegun() throws Exception {
        var engine = nodes.start(
                flaky,
                new Settings(
                        1,
                        5,
                        100,
                        Duration.ofMillis(50),
                        Duration.ofMillis(500),
                        Duration.ofMillis(500),
                        Nodes.SETTINGS.backoff()));
        var begun = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var ids = IntStream.range(0, 5).mapToObj(i -> add(1)).toList();
        Nodes.handle(engine, type, job -> {
            begun.countDown();
            goOn.await();
            return DONE;
        });
        await().until(() -> engine.running() + engine.buffered() == 5);
        flaky.away(true);
        await().until(() -> leasesExpired() == 5);
        goOn.countDown();
        await().until(() -> engine.buffered() + engine.running() == 0);
        flaky.away(false);
        await().atMost(Duration.ofSeconds(20)).until(() -> allAre(State.DONE, ids));
        assertThat(ids).allSatisfy(id -> assertThat(summary(id).attempt()).isEqualTo(1));
    }

    private long leasesExpired() {
        return database.storage().system().read(handle -> handle.createQuery(
                        "SELECT count(*) FROM jobs WHERE type = :type AND state = 'leased' AND lease_until < now()")
                .bind("type", type)
                .mapTo(Long.class)
                .one());
    }

    @Test
    void aHandlerThatMeetsAnOutageLosesNoAttempt() {
        var engine = nodes.start();
        var runs = new AtomicInteger();
        Nodes.handle(engine, type, job -> {
            if (runs.incrementAndGet() < 6) {
                throw new IllegalStateException(new StorageUnavailableException("The database is away.", null));
            }
            return DONE;
        });
        var id = add(2);
        awaitState(id, State.DONE);
        assertThat(runs).hasValue(6);
        assertThat(summary(id).attempt()).isEqualTo(1);
    }

    @Test
    void aHandlerThatIgnoresItsInterruptKeepsNobodyWaiting() throws Exception {
        var engine = nodes.start();
        var begun = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        JobHandler deaf = job -> {
            begun.countDown();
            while (goOn.getCount() > 0) {
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    continue;
                }
            }
            return DONE;
        };
        Nodes.handle(engine, type, deaf);
        var id = add(10);
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        engine.remove(type, deaf);
        Nodes.handle(engine, type, job -> DONE);
        awaitState(id, State.DONE);
        assertThat(summary(id).attempt()).as("the lease ran out").isEqualTo(2);
        goOn.countDown();
    }

    @Test
    void slowWorkOfOneTypeLeavesWorkersToTheOthers() {
        var engine = nodes.start();
        var goOn = new CountDownLatch(1);
        Nodes.handle(engine, type, job -> {
            goOn.await();
            return DONE;
        });
        Nodes.handle(engine, type + "-quick", job -> DONE);
        var slow = IntStream.range(0, 10).mapToObj(i -> add(10)).toList();
        await().until(() -> engine.running() == 3);
        var quick = database.storage()
                .tenant(TenantId.DEFAULT)
                .write(handle -> table.add(handle, JobRequest.now(TenantId.DEFAULT, type + "-quick", "{}", null)));
        awaitState(quick, State.DONE);
        goOn.countDown();
        await().until(() -> allAre(State.DONE, slow));
    }

    @Test
    void closingLeavesNoThread() {
        nodes.start();
        nodes.close();
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().startsWith("seneschal-jobs-") && thread.isAlive())
                .isEmpty();
    }
}
