package dev.seneschal.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seneschal.api.mail.InvalidMailException;
import dev.seneschal.api.mail.MailResult;
import dev.seneschal.api.tenant.TenantId;
import org.junit.jupiter.api.Test;

final class ManualMailTest {

    private final Surroundings around = new Surroundings();

    private ManualMail.Report send(String tenant, String to, String subject) {
        return around.mail.send(new TenantId(tenant), "me@example.org", to, subject, "t", "user:karaf");
    }

    @Test
    void sendsByTheTransportAndNotesItBeforeAndAfterWithoutPersonalData() {
        var report = send("default", "ann@example.org", "s");
        assertThat(report.transport()).isEqualTo("fake");
        assertThat(report.result()).isEqualTo(new MailResult.Accepted("fake", "250 Ok"));
        assertThat(report.unnoted()).isNull();
        assertThat(around.sent).singleElement().satisfies(message -> {
            assertThat(message.to().address()).isEqualTo("ann@example.org");
            assertThat(message.messageId()).isEqualTo(report.messageId()).endsWith("@example.org");
        });
        assertThat(around.steps).containsExactly("mail.send", "sent", "mail.result");
        assertThat(around.entries).allSatisfy(entry -> {
            assertThat(entry.actor()).isEqualTo("user:karaf");
            assertThat(entry.toString()).doesNotContain("ann@");
        });
        assertThat(around.entries.get(1).details()).containsEntry("result", "Accepted");
    }

    @Test
    void whatIsNoMessageIsNeitherSentNorNoted() {
        assertThatThrownBy(() -> send("default", "nobody", "s")).isInstanceOf(InvalidMailException.class);
        assertThatThrownBy(() -> send("default", "a@b", "s\r\nBcc: evil@x")).isInstanceOf(InvalidMailException.class);
        assertThat(around.steps).isEmpty();
    }

    @Test
    void nothingIsSentForATenantThatDoesNotExist() {
        assertThatThrownBy(() -> send("nosuch", "ann@example.org", "s")).hasMessage("There is no tenant 'nosuch'.");
        assertThat(around.steps).isEmpty();
    }

    @Test
    void nothingIsSentThatTheJournalCannotTake() {
        around.journalTakes = 0;
        assertThatThrownBy(() -> send("default", "ann@example.org", "s")).hasMessage("The journal is away.");
        assertThat(around.sent).isEmpty();
    }

    @Test
    void aResultThatTheJournalCannotTakeIsReportedBesideIt() {
        around.journalTakes = 1;
        var report = send("default", "ann@example.org", "s");
        assertThat(report.result()).isInstanceOf(MailResult.Accepted.class);
        assertThat(report.unnoted()).isEqualTo("The journal is away.");
    }
}
