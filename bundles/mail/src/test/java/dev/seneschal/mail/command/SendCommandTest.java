package dev.seneschal.mail.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seneschal.api.mail.MailResult;
import dev.seneschal.mail.Surroundings;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import org.apache.karaf.shell.api.console.Session;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class SendCommandTest {

    private final Surroundings around = new Surroundings();
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final PrintStream console = System.out;

    @BeforeEach
    void capture() {
        System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void release() {
        System.setOut(console);
    }

    private String send(String tenant, String to) {
        new SendCommand(around.mail, session(null), tenant, to).execute();
        return output.toString(StandardCharsets.UTF_8);
    }

    private static Session session(String user) {
        return (Session) Proxy.newProxyInstance(
                SendCommandTest.class.getClassLoader(),
                new Class<?>[] {Session.class},
                (self, method, arguments) -> method.getName().equals("get") ? user : null);
    }

    @Test
    void saysHowFarTheMessageCame() {
        assertThat(send("default", "ann@example.org")).startsWith("Accepted: 250 Ok (fake, Message-ID ");
        assertThat(around.entries.get(0).actor()).isEqualTo("system");
    }

    @Test
    void failsWhenNothingWasSent() {
        around.answer = new MailResult.Deferred("451 later");
        assertThatThrownBy(() -> send("default", "ann@example.org"))
                .hasMessageStartingWith("Nothing was sent, for now: 451 later (fake");
        around.answer = new MailResult.Refused("550 never");
        assertThatThrownBy(() -> send("default", "ann@example.org"))
                .hasMessageStartingWith("Nothing was sent; it is refused for good: 550 never (fake");
        assertThatThrownBy(() -> send("default", "nobody")).hasMessageStartingWith("Nothing was sent: ");
        assertThatThrownBy(() -> send("nosuch", "ann@example.org")).hasMessage("There is no tenant 'nosuch'.");
        assertThat(output.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void whatMayHaveBeenSentIsNoFailure() {
        around.answer = new MailResult.Unknown("the connection broke");
        assertThat(send("default", "ann@example.org")).startsWith("Unknown whether it was sent: the connection broke");
    }
}
