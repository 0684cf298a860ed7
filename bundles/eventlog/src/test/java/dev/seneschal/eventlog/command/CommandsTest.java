package dev.seneschal.eventlog.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.seneschal.api.audit.JournalEntry;
import dev.seneschal.api.event.EventConsumer;
import dev.seneschal.eventlog.Nodes;
import dev.seneschal.eventlog.PostgresEventLog;
import dev.seneschal.eventlog.RecordingJournal;
import dev.seneschal.eventlog.consumer.ConsumerAdmin;
import java.util.concurrent.CompletableFuture;
import org.apache.karaf.shell.api.action.Action;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class CommandsTest {

    private final RecordingJournal journal = new RecordingJournal();
    private Nodes nodes;
    private PostgresEventLog log;
    private ConsumerAdmin admin;
    private Shell shell;

    @BeforeEach
    void start() {
        nodes = new Nodes();
        log = nodes.start();
        admin = new ConsumerAdmin(nodes.storage(), journal);
        shell = new Shell();
    }

    @AfterEach
    void stop() {
        shell.close();
        nodes.close();
    }

    private PublishCommand publish(String type) {
        var command = new PublishCommand();
        command.log = log;
        command.type = type;
        return command;
    }

    private TailCommand tail(String channel) {
        var command = new TailCommand();
        command.log = log;
        command.channel = channel;
        return command;
    }

    /** Sets one event aside, under the name {@code picky}. */
    private EventConsumer failing() throws Exception {
        EventConsumer consumer = batch -> {
            throw new IllegalStateException("cannot digest");
        };
        Nodes.consume(log, "picky", consumer);
        Nodes.append(log, Nodes.events("d:1", 1));
        await().until(() -> admin.deadLetters("picky", 10).size() == 1);
        return consumer;
    }

    private static CompletableFuture<Object> inBackground(Action command) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return command.execute();
            } catch (Exception e) {
                throw new IllegalStateException(e.getMessage(), e);
            }
        });
    }

    @Test
    void publishSaysWhereTheEventIsAndThatItWasThere() throws Exception {
        var command = publish("org.example.greeted");
        command.execute();
        command.execute();
        assertThat(shell.text())
                .contains("Appended: events:org.example.greeted offset 1")
                .contains("Was there already: events:org.example.greeted offset 1");
    }

    @Test
    void publishFailsWithTheReasonIfTheEventIsRefused() {
        var command = publish("org.example.greeted");
        command.data = "{not json";
        assertThatThrownBy(command::execute).hasMessageStartingWith("Not appended. ");
        var nobody = publish("org.example.greeted");
        nobody.tenant = "nobody";
        assertThatThrownBy(nobody::execute).hasMessage("Not appended. There is no tenant 'nobody'.");
        assertThat(shell.text()).isEmpty();
    }

    @Test
    void tailShowsTheNewestEvents() throws Exception {
        Nodes.append(log, Nodes.events("t:1", 12));
        var command = tail("t:1");
        command.count = 2;
        command.execute();
        assertThat(shell.text().lines()).hasSize(2).allMatch(line -> line.contains(" test.happened /test "));
        command.count = -1;
        assertThatThrownBy(command::execute).hasMessageContaining("-n is -1");
    }

    @Test
    void tailFollowsUntilTheLogGoesAway() throws Exception {
        Nodes.append(log, Nodes.events("t:1", 1));
        var command = tail("t:1");
        command.follow = true;
        var following = inBackground(command);
        await().until(() -> shell.text().contains(" t:1 1 "));
        Nodes.append(log, Nodes.events("t:1", 1));
        await().until(() -> shell.text().contains(" t:1 2 "));
        log.close();
        assertThatThrownBy(following::get).hasMessageContaining("The event log went away; start again.");
    }

    @Test
    void consumersAreListedWithTheirLag() throws Exception {
        EventConsumer consumer = batch -> {};
        Nodes.consume(log, "reader", consumer);
        Nodes.append(log, Nodes.events("c:1", 1));
        Nodes.leave(log, consumer);
        var command = new ConsumersCommand();
        command.log = log;
        command.noFormat = true;
        command.execute();
        assertThat(shell.text()).contains("reader").contains("no");
    }

    @Test
    void deadLettersAreListedUpToAProperNumber() throws Exception {
        failing();
        var command = new DeadLettersCommand();
        command.admin = admin;
        command.execute();
        assertThat(shell.text()).contains("picky").contains("d:1").contains("cannot digest");
        command.limit = -1;
        assertThatThrownBy(command::execute).hasMessage("-n is -1; it must be 1 to 10000.");
    }

    @Test
    void deadLettersAreThrownAwayInTheNameOfWhoAsks() throws Exception {
        failing();
        var command = new RedeliverCommand();
        command.admin = admin;
        command.session = Shell.session("ada");
        assertThatThrownBy(command::execute).hasMessageStartingWith("Name dead letters");
        command.consumer = "picky";
        command.discard = true;
        command.execute();
        assertThat(shell.text()).contains("Thrown away: 1");
        assertThat(journal.entries()).extracting(JournalEntry::actor).containsExactly("user:ada");
    }

    @Test
    void aConsumerIsForgottenOnlyOnceItIsAway() throws Exception {
        var consumer = failing();
        var command = new ForgetCommand();
        command.log = log;
        command.admin = admin;
        command.session = Shell.session(null);
        command.consumer = "picky";
        assertThatThrownBy(command::execute).hasMessageContaining("is at work on this node");
        Nodes.leave(log, consumer);
        command.execute();
        assertThat(shell.text()).contains("Forgotten: picky");
        assertThat(journal.entries()).extracting(JournalEntry::actor).containsExactly("system");
        assertThatThrownBy(command::execute).hasMessageContaining("There is no consumer picky");
    }

    @Test
    void theTenantOnTheLineIsFoundHoweverItIsWritten() {
        assertThat(Typed.option(Shell.line("tail", "--tenant", "acme", "x"), "--tenant"))
                .contains("acme");
        assertThat(Typed.option(Shell.line("tail", "--tenant=acme", "x"), "--tenant"))
                .contains("acme");
        assertThat(Typed.option(Shell.line("tail", "--tenant"), "--tenant")).isEmpty();
    }
}
