package dev.seneschal.mailbox;

import dev.seneschal.api.mail.MailMessage;
import dev.seneschal.api.mail.MailResult;
import dev.seneschal.api.mail.MailTransport;
import dev.seneschal.api.storage.Storage;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transport of a host that has no mail server: it keeps messages in the database, where people can look at them, and
 * sends nothing. Any transport that really sends outranks it.
 *
 * <p>Safe for use by any thread.
 */
@Component(
        service = {MailTransport.class, MeterBinder.class},
        property = "service.ranking:Integer=-100")
public final class MailboxTransport implements MailTransport, MeterBinder {

    private static final Logger LOG = LoggerFactory.getLogger(MailboxTransport.class);

    private final Storage storage;
    private final MessageTable messages = new MessageTable();
    private final LongAdder kept = new LongAdder();

    @Activate
    public MailboxTransport(@Reference(target = "(schema=mailbox)") Storage storage) {
        this.storage = storage;
        LOG.info("Mail is kept in the mailbox unless a transport that sends is configured");
    }

    @Override
    public String name() {
        return "mailbox";
    }

    @Override
    public MailResult send(MailMessage message) {
        var inserted = new AtomicBoolean();
        try {
            var id = storage.tenant(message.tenant()).write(handle -> {
                var fresh = messages.insert(handle, message);
                inserted.set(true);
                return fresh;
            });
            kept.increment();
            return new MailResult.Accepted(name(), "kept in the mailbox as " + id);
        } catch (RuntimeException e) {
            LOG.warn("A message could not be kept in the mailbox. messageId={}", message.messageId(), e);
            // What fails after the insert fails in the commit, and that may have come through.
            return inserted.get()
                    ? new MailResult.Unknown(
                            "the database was lost while the message was being kept: " + e.getMessage())
                    : new MailResult.Deferred("the message could not be kept: " + e.getMessage());
        }
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        FunctionCounter.builder("seneschal.mailbox.kept", kept, LongAdder::sum)
                .description("Messages kept in the mailbox")
                .register(registry);
    }
}
