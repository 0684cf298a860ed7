package dev.seneschal.notification.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seneschal.api.job.Job;
import dev.seneschal.api.job.JobOutcome;
import dev.seneschal.api.job.JobSummary;
import dev.seneschal.api.mail.MailMessage.Mailbox;
import dev.seneschal.api.mail.MailResult;
import dev.seneschal.api.storage.Scope;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.api.storage.StorageUnavailableException;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.notification.support.FakeTransport;
import dev.seneschal.notification.support.World;
import dev.seneschal.testkit.TestDatabase;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.HandleConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From an event to a final state, on a real database. */
final class DelivererTest {

    private static final TestDatabase DATABASE = TestDatabase.with("notification");

    private World world;
    private FakeTransport transport;
    private Deliverer deliverer;

    @BeforeEach
    void start() throws Exception {
        world = new World(DATABASE);
        transport = new FakeTransport();
        deliverer = deliverer(world.database.storage());
        world.template("welcome", "Welcome $event.data.name", "Hello $event.data.name, from $workflow.name");
        world.workflow("greet", "user.created", "true", "welcome", "event.data.email");
    }

    @AfterAll
    static void closeDatabase() {
        DATABASE.close();
    }

    @AfterEach
    void stop() {
        world.close();
    }

    private Deliverer deliverer(Storage storage) {
        var made = new Deliverer(
                storage, world.journal, world.engine, world.tally, new Mailbox("noreply@example.org", "Acme"), 3);
        made.use(transport);
        return made;
    }

    private Job oneJob() {
        world.consume(world.event("user.created", "{'name': 'Ann', 'email': 'ann@example.org'}"));
        assertThat(world.jobs.jobs()).hasSize(1);
        return world.jobs.jobs().get(0);
    }

    private Delivery delivery() {
        assertThat(world.all()).hasSize(1);
        return world.all().get(0);
    }

    @Test
    void anEventLeadsToOneMailThoughItsBatchComesTwice() throws Exception {
        var event = world.event("user.created", "{'name': 'Ann', 'email': 'ann@example.org'}");
        world.consume(event);
        world.consume(event);
        assertThat(world.jobs.jobs()).hasSize(1);
        assertThat(deliverer.handle(world.jobs.jobs().get(0))).isInstanceOf(JobOutcome.Done.class);
        assertThat(deliverer.handle(world.jobs.jobs().get(0))).isInstanceOf(JobOutcome.Done.class);

        assertThat(transport.sent()).hasSize(1);
        var mail = transport.sent().get(0);
        assertThat(mail.subject()).isEqualTo("Welcome Ann");
        assertThat(mail.text()).isEqualTo("Hello Ann, from greet");
        assertThat(mail.html()).isNull();
        assertThat(mail.to()).isEqualTo(new Mailbox("ann@example.org", null));
        assertThat(mail.headers()).containsEntry("Auto-Submitted", "auto-generated");
        var delivery = delivery();
        assertThat(mail.messageId()).isEqualTo(delivery.id() + "@example.org");
        assertThat(delivery.status()).isEqualTo(Status.DELIVERED);
        assertThat(delivery.sentAt()).isNotNull();
        assertThat(delivery.deliveredAt()).isNotNull();
        assertThat(delivery.error()).isNull();
        assertThat(delivery.eventUid()).isEqualTo(event.uid());
    }

    @Test
    void whatWasSentIsInTheJournalWithoutTheAddress() throws Exception {
        deliverer.handle(oneJob());
        var delivery = delivery();
        assertThat(world.journal.entries())
                .filteredOn(entry -> entry.action().equals("notification.send"))
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.actor()).isEqualTo("workflow:" + delivery.workflowId() + "@1");
                    assertThat(entry.target()).isEqualTo("delivery:" + delivery.id());
                    assertThat(entry.policy()).isEqualTo(delivery.workflowId() + "@1");
                    assertThat(entry.toString()).doesNotContain("ann@example.org");
                });
    }

    @Test
    void withoutATransportItWaits() throws Exception {
        deliverer.use(null);
        var job = oneJob();
        assertThat(deliverer.handle(job)).isInstanceOf(JobOutcome.NotNow.class);
        assertThat(delivery().status()).isEqualTo(Status.PENDING);
        assertThat(delivery().error()).isEqualTo("Waits for a mail transport.");
        assertThat(delivery().attempts()).isZero();

        deliverer.use(transport);
        deliverer.handle(job);
        assertThat(delivery().status()).isEqualTo(Status.DELIVERED);
        assertThat(delivery().error()).isNull();
    }

    @Test
    void whatIsPutOffIsTriedAgainAndInTheEndGivenUp() throws Exception {
        transport.answer(new MailResult.Deferred("451 4.7.1 Greylisted"));
        var job = oneJob();
        assertThat(deliverer.handle(job)).isEqualTo(new JobOutcome.Retry("451 4.7.1 Greylisted", null));
        assertThat(delivery().status()).isEqualTo(Status.PENDING);
        assertThat(deliverer.handle(job)).isInstanceOf(JobOutcome.Retry.class);
        assertThat(deliverer.handle(job)).isInstanceOf(JobOutcome.Done.class);
        assertThat(delivery().status()).isEqualTo(Status.FAILED);
        assertThat(delivery().error()).isEqualTo("Given up after 3 attempts: 451 4.7.1 Greylisted");
        assertThat(transport.sent())
                .hasSize(3)
                .extracting(mail -> mail.messageId())
                .containsOnly(delivery().id() + "@example.org");
    }

    @Test
    void whatIsPutOffIsDeliveredLater() throws Exception {
        transport.answer(new MailResult.Deferred("451 4.7.1 Greylisted"));
        var job = oneJob();
        deliverer.handle(job);
        transport.answer(new MailResult.Accepted("fake", "250 Ok"));
        deliverer.handle(job);
        assertThat(delivery().status()).isEqualTo(Status.DELIVERED);
        assertThat(delivery().attempts()).isEqualTo(2);
    }

    @Test
    void whatIsRefusedFailsWithTheReason() throws Exception {
        transport.answer(new MailResult.Refused("550 5.1.1 No such user"));
        deliverer.handle(oneJob());
        assertThat(delivery().status()).isEqualTo(Status.FAILED);
        assertThat(delivery().error()).isEqualTo("550 5.1.1 No such user");
        assertThat(world.journal.entries()).anyMatch(entry -> entry.action().equals("notification.fail"));
    }

    @Test
    void whatMayHaveBeenTakenIsUnknownAndNotSentAgain() throws Exception {
        transport.answer(new MailResult.Unknown("the connection broke after DATA"));
        var job = oneJob();
        deliverer.handle(job);
        deliverer.handle(job);
        assertThat(delivery().status()).isEqualTo(Status.UNKNOWN);
        assertThat(transport.sent()).hasSize(1);
    }

    @Test
    void aTransportThatThrowsMayHaveSent() throws Exception {
        transport.answer(message -> {
            throw new IllegalStateException("broken");
        });
        deliverer.handle(oneJob());
        assertThat(delivery().status()).isEqualTo(Status.UNKNOWN);
    }

    @Test
    void aHostThatDiedWhileSendingLeavesUnknownAndNoSecondMail() {
        transport.answer(message -> {
            throw new Crash();
        });
        var job = oneJob();
        assertThatThrownBy(() -> deliverer.handle(job)).isInstanceOf(Crash.class);
        assertThat(delivery().status()).isEqualTo(Status.SENDING);

        transport.answer(new MailResult.Accepted("fake", "250 Ok"));
        var afterRestart = deliverer(world.database.storage());
        assertThat(runs(afterRestart, job)).isInstanceOf(JobOutcome.Done.class);
        assertThat(delivery().status()).isEqualTo(Status.UNKNOWN);
        assertThat(delivery().error()).contains("stopped while the mail was being sent");
        assertThat(transport.sent()).hasSize(1);
    }

    private static JobOutcome runs(Deliverer deliverer, Job job) {
        try {
            return deliverer.handle(job);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void anAnswerThatCouldNotBeRecordedIsRecordedByTheNextAttempt() throws Exception {
        var failing = new FailingStorage(world.database.storage());
        var impatient = deliverer(failing);
        transport.answer(message -> {
            failing.down = true;
            return new MailResult.Accepted("fake", "250 Ok");
        });
        var job = oneJob();
        assertThatThrownBy(() -> impatient.handle(job)).isInstanceOf(StorageUnavailableException.class);
        assertThat(delivery().status()).isEqualTo(Status.SENDING);

        failing.down = false;
        assertThat(impatient.handle(job)).isInstanceOf(JobOutcome.Done.class);
        assertThat(delivery().status()).isEqualTo(Status.DELIVERED);
        assertThat(transport.sent()).hasSize(1);
    }

    @Test
    void aSecondHandOutWhileItIsBeingSentWaits() throws Exception {
        var entered = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        transport.answer(message -> {
            entered.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return new MailResult.Accepted("fake", "250 Ok");
        });
        var job = oneJob();
        var executor = Executors.newSingleThreadExecutor();
        try {
            var first = executor.submit(() -> deliverer.handle(job));
            entered.await();
            assertThat(deliverer.handle(job)).isInstanceOf(JobOutcome.NotNow.class);
            goOn.countDown();
            assertThat(first.get()).isInstanceOf(JobOutcome.Done.class);
        } finally {
            executor.shutdown();
        }
        assertThat(delivery().status()).isEqualTo(Status.DELIVERED);
        assertThat(transport.sent()).hasSize(1);
    }

    @Test
    void anotherNodesUnknownIsSettledByTheOneThatKnows() throws Exception {
        var job = oneJob();
        var otherNode = deliverer(world.database.storage());
        transport.answer(message -> {
            runs(otherNode, job);
            assertThat(delivery().status()).isEqualTo(Status.UNKNOWN);
            return new MailResult.Accepted("fake", "250 Ok");
        });
        deliverer.handle(job);
        assertThat(delivery().status()).isEqualTo(Status.DELIVERED);
        assertThat(transport.sent()).hasSize(1);
    }

    @Test
    void anInterruptedThreadStillRecordsTheAnswer() throws Exception {
        transport.answer(message -> {
            Thread.currentThread().interrupt();
            return new MailResult.Accepted("fake", "250 Ok");
        });
        deliverer.handle(oneJob());
        assertThat(Thread.interrupted()).isTrue();
        assertThat(delivery().status()).isEqualTo(Status.DELIVERED);
    }

    @Test
    void aMissingVariableFailsAndSaysWhich() throws Exception {
        world.consume(world.event("user.created", "{'email': 'ann@example.org'}"));
        deliverer.handle(world.jobs.jobs().get(0));
        assertThat(delivery().status()).isEqualTo(Status.FAILED);
        assertThat(delivery().error())
                .isEqualTo("The mail cannot be made: subject line 1, column 9: $event.data.name has no value.");
        assertThat(transport.sent()).isEmpty();
    }

    @Test
    void whatTheHostWasTooSlowForIsRenderedAgainAndInTheEndFails() throws Exception {
        var job = oneJob();
        world.engine.close();
        for (int attempt = 1; attempt < 5; attempt++) {
            assertThat(deliverer.handle(attempt(job, attempt))).isInstanceOf(JobOutcome.Retry.class);
            assertThat(delivery().status()).isEqualTo(Status.PENDING);
            assertThat(delivery().error()).isEqualTo("Is rendered again: The renderer stops; try again.");
        }
        assertThat(deliverer.handle(attempt(job, 5))).isInstanceOf(JobOutcome.Done.class);
        assertThat(delivery().status()).isEqualTo(Status.FAILED);
        assertThat(delivery().error()).isEqualTo("The mail cannot be made: The renderer stops; try again.");
    }

    private static Job attempt(Job job, int number) {
        return new Job(job.id(), job.tenant(), job.type(), job.payload(), number, job.dueAt());
    }

    private void end(Job job, JobSummary.State state, String reason) {
        world.database.storage().system().run(handle -> deliverer.ended(handle, job, state, reason));
    }

    @Test
    void aDeliveryWhoseJobIsCancelledIsSuppressed() throws Exception {
        var job = oneJob();
        end(job, JobSummary.State.CANCELLED, "cancelled by user:admin");
        assertThat(delivery().status()).isEqualTo(Status.SUPPRESSED);
        assertThat(delivery().error()).isEqualTo("cancelled by user:admin");
        assertThat(world.journal.entries()).anyMatch(entry -> entry.action().equals("notification.fail"));
        assertThat(deliverer.handle(job)).isInstanceOf(JobOutcome.Done.class);
        assertThat(transport.sent()).isEmpty();
    }

    @Test
    void aDeliveryWhoseJobGaveUpFailsWithTheReason() throws Exception {
        transport.answer(new MailResult.Deferred("451 4.7.1 Greylisted"));
        var job = oneJob();
        deliverer.handle(job);
        end(job, JobSummary.State.FAILED, "gave up after 100 attempts: broken");
        assertThat(delivery().status()).isEqualTo(Status.FAILED);
        assertThat(delivery().error()).isEqualTo("gave up after 100 attempts: broken");
    }

    @Test
    void aDeliveryWhoseJobGaveUpWhileItWasBeingSentIsUnknown() {
        transport.answer(message -> {
            throw new Crash();
        });
        var job = oneJob();
        assertThatThrownBy(() -> deliverer.handle(job)).isInstanceOf(Crash.class);
        end(job, JobSummary.State.FAILED, "gave up");
        assertThat(delivery().status()).isEqualTo(Status.UNKNOWN);
    }

    @Test
    void aJobThatEndsAfterItsDeliveryChangesNothing() throws Exception {
        var job = oneJob();
        deliverer.handle(job);
        end(job, JobSummary.State.FAILED, "gave up");
        assertThat(delivery().status()).isEqualTo(Status.DELIVERED);
    }

    @Test
    void aLineBreakInDataAddsNoHeader() throws Exception {
        world.consume(
                world.event("user.created", "{'name': 'Ann\\r\\nBcc: evil@example.org', 'email': 'ann@example.org'}"));
        deliverer.handle(world.jobs.jobs().get(0));
        assertThat(transport.sent()).singleElement().satisfies(mail -> assertThat(mail.subject())
                .isEqualTo("Welcome Ann Bcc: evil@example.org"));
    }

    @Test
    void aTemplateThatChangesMeanwhileIsRenderedAsItWas() throws Exception {
        var job = oneJob();
        var template = world.templates.get(world.tenant, "welcome");
        world.templates.update(
                world.tenant,
                template.id(),
                world.json("{'name': 'welcome', 'subject': 'New', 'text': 'New'}"),
                template.version(),
                "user:tester");
        deliverer.handle(job);
        assertThat(transport.sent().get(0).subject()).isEqualTo("Welcome Ann");
        assertThat(delivery().templateVersion()).isEqualTo(1);
    }

    @Test
    void whyTellsTheWholeStory() throws Exception {
        transport.answer(new MailResult.Deferred("451 Greylisted"));
        var job = oneJob();
        deliverer.handle(job);
        transport.answer(new MailResult.Accepted("fake", "250 Ok"));
        deliverer.handle(job);
        assertThat(world.deliveries.why(world.tenant, delivery().id()))
                .contains("\"trigger\": \"user.created\"", "451 Greylisted", "250 Ok", "\"to\": \"event.data.email\"");
    }

    @Test
    void aJobThatNamesNothingFails() throws Exception {
        var job = oneJob();
        var wrong = new Job(job.id(), job.tenant(), job.type(), "{\"delivery\":\"x\"}", 1, job.dueAt());
        assertThat(deliverer.handle(wrong)).isInstanceOf(JobOutcome.Failed.class);
    }

    /** What a killed host looks like from inside: nothing is caught, nothing is recorded. */
    private static final class Crash extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** A storage that goes away when the test says so. */
    private static final class FailingStorage implements Storage {

        private final Storage real;
        private volatile boolean down;

        FailingStorage(Storage real) {
            this.real = real;
        }

        @Override
        public Scope tenant(TenantId tenant) {
            if (down) {
                throw new StorageUnavailableException("The database is away", null);
            }
            return new Scope() {
                @Override
                public <T, X extends Exception> T write(HandleCallback<T, X> work) throws X {
                    return real.tenant(tenant).write(work);
                }

                @Override
                public <X extends Exception> void run(HandleConsumer<X> work) throws X {
                    real.tenant(tenant).run(work);
                }

                @Override
                public <T, X extends Exception> T read(HandleCallback<T, X> work) throws X {
                    return real.tenant(tenant).read(work);
                }
            };
        }

        @Override
        public Scope system() {
            return real.system();
        }

        @Override
        public Listening listen(String channel, Consumer<String> callback) {
            return real.listen(channel, callback);
        }
    }
}
