package dev.seneschal.mailbox;

import dev.seneschal.api.mail.MailMessage;
import dev.seneschal.api.mail.MailResult;
import dev.seneschal.api.mail.MailTransport;
import dev.seneschal.api.storage.Storage;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
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
        var id = storage.tenant(message.tenant()).write(handle -> messages.insert(handle, message));
        kept.increment();
        return new MailResult.Accepted(name(), "kept in the mailbox as " + id);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        FunctionCounter.builder("seneschal.mailbox.kept", kept, LongAdder::sum)
                .description("Messages kept in the mailbox")
                .register(registry);
    }
}
