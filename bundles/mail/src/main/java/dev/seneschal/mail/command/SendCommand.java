package dev.seneschal.mail.command;

import dev.seneschal.api.mail.InvalidMailException;
import dev.seneschal.api.mail.MailResult;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.mail.ManualMail;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;

/** {@code mail:send}. */
@Service
@Command(
        scope = "mail",
        name = "send",
        description = "Sends a message by the best mail transport there is, and says how far it came.")
public final class SendCommand implements Action {

    @Option(name = "--to", required = true, description = "The recipient's address.")
    private String to;

    @Option(name = "--from", description = "The author's address.")
    private String from = "seneschal@localhost";

    @Option(name = "--subject", description = "The subject.")
    private String subject = "A message from Seneschal";

    @Option(name = "--text", description = "The text.")
    private String text = "If you can read this, mail works.";

    @Option(name = "--tenant", description = "On behalf of which tenant.")
    @Completion(TenantCompleter.class)
    private String tenant = TenantId.DEFAULT.value();

    @Reference
    private ManualMail mail;

    @Reference
    private Session session;

    /** Made by the shell. */
    public SendCommand() {}

    SendCommand(ManualMail mail, Session session, String tenant, String to) {
        this.mail = mail;
        this.session = session;
        this.tenant = tenant;
        this.to = to;
    }

    /** Fails if nothing was sent, so that a script sees it. */
    @Override
    public Object execute() {
        var report = send();
        if (report.unnoted() != null) {
            System.err.println("The journal could not take the result: " + report.unnoted());
        }
        var via = " (" + report.transport() + ", Message-ID " + report.messageId() + ")";
        if (report.result() instanceof MailResult.Deferred deferred) {
            throw new IllegalStateException("Nothing was sent, for now: " + deferred.reason() + via);
        }
        if (report.result() instanceof MailResult.Refused refused) {
            throw new IllegalStateException("Nothing was sent; it is refused for good: " + refused.reason() + via);
        }
        System.out.println(
                report.result() instanceof MailResult.Accepted accepted
                        ? "Accepted: " + accepted.reply() + via
                        : "Unknown whether it was sent: " + ((MailResult.Unknown) report.result()).reason() + via);
        return null;
    }

    private ManualMail.Report send() {
        try {
            return mail.send(new TenantId(tenant), from, to, subject, text, Actor.of(session));
        } catch (InvalidMailException e) {
            throw new IllegalArgumentException("Nothing was sent: " + e.getMessage(), e);
        }
    }
}
