package dev.seneschal.jobs.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.seneschal.api.job.JobOutcome;
import dev.seneschal.api.job.JobRequest;
import dev.seneschal.api.job.JobSummary;
import dev.seneschal.api.job.JobSummary.State;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.jobs.JobsComponent;
import dev.seneschal.jobs.Nodes;
import dev.seneschal.testkit.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.console.Session;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What operators see at the prompt, on a real queue. */
final class CommandsTest {

    private static TestDatabase database;

    private final PrintStream console = System.out;
    private String type;
    private JobsComponent queue;

    @BeforeAll
    static void startDatabase() {
        database = TestDatabase.with("jobs");
    }

    @AfterAll
    static void stopDatabase() {
        database.close();
    }

    @BeforeEach
    void start() {
        type = "test-" + UUID.randomUUID();
        queue = Nodes.queue(database.storage(), Nodes.journal());
    }

    @AfterEach
    void stop() {
        System.setOut(console);
        queue.close();
    }

    private String print(Action command) throws Exception {
        var output = new ByteArrayOutputStream();
        System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
        command.execute();
        return output.toString(StandardCharsets.UTF_8);
    }

    private UUID add(Instant dueAt) {
        return queue.add(new JobRequest(TenantId.DEFAULT, type, "{}", 50, dueAt, null, 1));
    }

    private JobSummary summary(UUID id) {
        return queue.list(null, type, null, 10).stream()
                .filter(job -> job.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static Session session(String user) {
        return (Session) Proxy.newProxyInstance(
                CommandsTest.class.getClassLoader(),
                new Class<?>[] {Session.class},
                (self, method, arguments) -> method.getName().equals("get") ? user : null);
    }

    @Test
    void jobsAreListedByTenantTypeAndState() throws Exception {
        var id = add(null).toString();
        assertThat(print(new ListCommand(queue, null, type, null))).contains(id, "default", type, "PARKED");
        assertThat(print(new ListCommand(queue, "default", type, "Parked"))).contains(id);
        assertThat(print(new ListCommand(queue, "other", type, null))).contains("There is no such job.");
        assertThat(print(new ListCommand(queue, null, type, "done"))).contains("There is no such job.");
        assertThatThrownBy(() -> print(new ListCommand(queue, null, null, "x")))
                .hasMessage("There is no state 'x'; it must be pending, parked, running, done, failed, cancelled.");
    }

    @Test
    void aJobThatWaitsIsCancelledByWhoTypes() throws Exception {
        Nodes.handle(queue, type, job -> new JobOutcome.Done());
        var id = add(Instant.now().plus(Duration.ofHours(1)));
        assertThat(print(new CancelCommand(queue, session("karaf"), id.toString())))
                .contains("The job " + id + " is cancelled.");
        assertThat(summary(id).detail()).isEqualTo("cancelled by user:karaf");
        assertThat(print(new CancelCommand(queue, session("karaf"), id.toString())))
                .contains("does not wait");
        assertThatThrownBy(() -> print(new CancelCommand(queue, session("karaf"), "x")))
                .hasMessage("'x' is no identifier of a job; jobs:list shows them.");
    }

    @Test
    void aFailedJobIsTriedAgainByTheConsoleThatHasNoUser() throws Exception {
        var id = add(null);
        assertThat(print(new RetryCommand(queue, session(null), id.toString()))).contains("is not a failed job");
        Nodes.handle(queue, type, job -> new JobOutcome.Failed("never"));
        await().until(() -> summary(id).state() == State.FAILED);
        assertThat(print(new RetryCommand(queue, session(null), id.toString()))).contains("is due again");
    }
}
