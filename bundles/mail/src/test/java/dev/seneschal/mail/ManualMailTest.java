package dev.seneschal.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seneschal.api.audit.Journal;
import dev.seneschal.api.audit.JournalEntry;
import dev.seneschal.api.mail.InvalidMailException;
import dev.seneschal.api.mail.MailMessage;
import dev.seneschal.api.mail.MailResult;
import dev.seneschal.api.mail.MailTransport;
import dev.seneschal.api.tenant.TenantId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;

final class ManualMailTest {

    private final List<MailMessage> sent = new ArrayList<>();
    private final List<JournalEntry> entries = new ArrayList<>();
    private final ManualMail mail = new ManualMail(
            new MailTransport() {
                @Override
                public String name() {
                    return "fake";
                }

                @Override
                public MailResult send(MailMessage message) {
                    sent.add(message);
                    return new MailResult.Deferred("later");
                }
            },
            new Journal() {
                @Override
                public UUID record(Handle transaction, JournalEntry entry) {
                    return record(entry);
                }

                @Override
                public UUID record(JournalEntry entry) {
                    entries.add(entry);
                    return UUID.randomUUID();
                }
            });

    @Test
    void sendsByTheTransportAndNotesItWithoutPersonalData() {
        var report = mail.send(TenantId.DEFAULT, "me@example.org", "ann@example.org", "s", "t", "user:karaf");
        assertThat(report.transport()).isEqualTo("fake");
        assertThat(report.result()).isEqualTo(new MailResult.Deferred("later"));
        assertThat(sent).singleElement().satisfies(message -> {
            assertThat(message.to().address()).isEqualTo("ann@example.org");
            assertThat(message.messageId()).isEqualTo(report.messageId()).endsWith("@example.org");
        });
        assertThat(entries).singleElement().satisfies(entry -> {
            assertThat(entry.action()).isEqualTo("mail.send");
            assertThat(entry.actor()).isEqualTo("user:karaf");
            assertThat(entry.details()).containsEntry("result", "Deferred");
            assertThat(entry.toString()).doesNotContain("ann@");
        });
    }

    @Test
    void whatIsNoMessageIsNeitherSentNorNoted() {
        assertThatThrownBy(() -> mail.send(TenantId.DEFAULT, "me@example.org", "nobody", "s", "t", "user:karaf"))
                .isInstanceOf(InvalidMailException.class);
        assertThatThrownBy(() ->
                        mail.send(TenantId.DEFAULT, "me@example.org", "a@b", "s\r\nBcc: evil@x", "t", "user:karaf"))
                .isInstanceOf(InvalidMailException.class);
        assertThat(sent).isEmpty();
        assertThat(entries).isEmpty();
    }
}
