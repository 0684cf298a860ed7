package dev.seneschal.mail;

import com.fasterxml.uuid.Generators;
import dev.seneschal.api.audit.Journal;
import dev.seneschal.api.audit.JournalEntry;
import dev.seneschal.api.mail.MailMessage;
import dev.seneschal.api.mail.MailMessage.Mailbox;
import dev.seneschal.api.mail.MailResult;
import dev.seneschal.api.mail.MailTransport;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.api.tenant.Tenants;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a message on behalf of a person, by the best transport there is, and notes it in the journal. Made anew when a better
 * transport comes. Safe for use by any thread.
 */
@Component(service = ManualMail.class)
public final class ManualMail {

    private static final Logger LOG = LoggerFactory.getLogger(ManualMail.class);

    private final MailTransport transport;
    private final Tenants tenants;
    private final Journal journal;

    @Activate
    public ManualMail(
            @Reference(policyOption = ReferencePolicyOption.GREEDY) MailTransport transport,
            @Reference Tenants tenants,
            @Reference Journal journal) {
        this.transport = transport;
        this.tenants = tenants;
        this.journal = journal;
    }

    /**
     * What happened.
     *
     * @param transport the name of the transport that was used
     * @param messageId the message's identifier
     * @param result how far it came
     * @param unnoted why the journal has only that it was to be sent and not the result; null if it has both
     */
    public record Report(String transport, String messageId, MailResult result, String unnoted) {}

    /**
     * Sends a plain message. That it is to be sent is in the journal before it is: if that fails, nothing is sent.
     *
     * @param actor who asks, for the journal
     * @throws IllegalArgumentException if there is no such tenant
     * @throws dev.seneschal.api.mail.InvalidMailException if an address or the subject cannot be
     */
    public Report send(TenantId tenant, String from, String to, String subject, String text, String actor) {
        if (!tenants.exists(tenant)) {
            throw new IllegalArgumentException("There is no tenant '" + tenant + "'.");
        }
        var author = new Mailbox(from, null);
        var domain = from.substring(from.lastIndexOf('@') + 1);
        var id = Generators.timeBasedEpochGenerator().generate() + "@" + domain;
        var message = new MailMessage(tenant, id, author, new Mailbox(to, null), subject, text, null, Map.of());
        var via = Map.of("transport", transport.name());
        journal.record(new JournalEntry(
                tenant, actor, "mail.send", "mail:" + id, "a person sends a message by hand", null, via));
        var result = transport.send(message);
        return new Report(transport.name(), id, result, note(tenant, actor, id, result));
    }

    private String note(TenantId tenant, String actor, String id, MailResult result) {
        var details = Map.of(
                "transport", transport.name(), "result", result.getClass().getSimpleName());
        try {
            journal.record(new JournalEntry(
                    tenant,
                    actor,
                    "mail.result",
                    "mail:" + id,
                    "what became of a message sent by hand",
                    null,
                    details));
            return null;
        } catch (RuntimeException e) {
            LOG.warn("The journal could not take what became of a message. messageId={} details={}", id, details, e);
            return e.getMessage();
        }
    }
}
