package dev.seneschal.mail;

import com.fasterxml.uuid.Generators;
import dev.seneschal.api.audit.Journal;
import dev.seneschal.api.audit.JournalEntry;
import dev.seneschal.api.mail.MailMessage;
import dev.seneschal.api.mail.MailMessage.Mailbox;
import dev.seneschal.api.mail.MailResult;
import dev.seneschal.api.mail.MailTransport;
import dev.seneschal.api.tenant.TenantId;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * Sends a message on behalf of a person, by the best transport there is, and notes it in the journal. Made anew when a better
 * transport comes. Safe for use by any thread.
 */
@Component(service = ManualMail.class)
public final class ManualMail {

    private final MailTransport transport;
    private final Journal journal;

    @Activate
    public ManualMail(
            @Reference(policyOption = ReferencePolicyOption.GREEDY) MailTransport transport,
            @Reference Journal journal) {
        this.transport = transport;
        this.journal = journal;
    }

    /**
     * What happened.
     *
     * @param transport the name of the transport that was used
     * @param messageId the message's identifier
     * @param result how far it came
     */
    public record Report(String transport, String messageId, MailResult result) {}

    /**
     * Sends a plain message.
     *
     * @param actor who asks, for the journal
     * @throws dev.seneschal.api.mail.InvalidMailException if an address or the subject cannot be
     */
    public Report send(TenantId tenant, String from, String to, String subject, String text, String actor) {
        var author = new Mailbox(from, null);
        var domain = from.substring(from.lastIndexOf('@') + 1);
        var id = Generators.timeBasedEpochGenerator().generate() + "@" + domain;
        var message = new MailMessage(tenant, id, author, new Mailbox(to, null), subject, text, null, Map.of());
        var result = transport.send(message);
        journal.record(new JournalEntry(
                tenant,
                actor,
                "mail.send",
                "mail:" + id,
                "a person sent a message by hand",
                null,
                Map.of(
                        "transport",
                        transport.name(),
                        "result",
                        result.getClass().getSimpleName())));
        return new Report(transport.name(), id, result);
    }
}
