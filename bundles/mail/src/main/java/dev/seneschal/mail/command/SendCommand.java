package dev.seneschal.mail.command;

import dev.seneschal.api.mail.InvalidMailException;
import dev.seneschal.api.mail.MailResult;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.mail.ManualMail;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
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
    private String tenant = TenantId.DEFAULT.value();

    @Reference
    private ManualMail mail;

    @Reference
    private Session session;

    @Override
    public Object execute() {
        try {
            var report = mail.send(new TenantId(tenant), from, to, subject, text, "user:" + session.get("USER"));
            System.out.println(
                    describe(report.result()) + " (" + report.transport() + ", Message-ID " + report.messageId() + ")");
        } catch (InvalidMailException e) {
            System.err.println("Nothing was sent: " + e.getMessage());
        }
        return null;
    }

    private static String describe(MailResult result) {
        if (result instanceof MailResult.Accepted accepted) {
            return "Accepted: " + accepted.reply();
        }
        if (result instanceof MailResult.Deferred deferred) {
            return "Not sent for now: " + deferred.reason();
        }
        if (result instanceof MailResult.Refused refused) {
            return "Refused for good: " + refused.reason();
        }
        return "Unknown whether it was sent: " + ((MailResult.Unknown) result).reason();
    }
}
