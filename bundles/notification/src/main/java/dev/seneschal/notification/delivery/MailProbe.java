package dev.seneschal.notification.delivery;

import dev.seneschal.api.health.HealthProbe;
import dev.seneschal.api.mail.MailTransport;
import dev.seneschal.api.service.Best;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/** Says whether mails have somewhere to go. Without a transport they wait; the host stays ready. */
@Component(service = HealthProbe.class)
public final class MailProbe implements HealthProbe, AutoCloseable {

    private Best<MailTransport> transport;

    /** Follows whatever transport there is. */
    @Activate
    void start(BundleContext context) {
        this.transport = Best.of(context, MailTransport.class);
    }

    @Override
    public String name() {
        return "notification";
    }

    @Override
    public Health check() {
        var chosen = transport.get();
        return chosen == null
                ? new Health(
                        Status.DEGRADED,
                        "there is no mail transport, so mails wait; start seneschal-mail or seneschal-mailbox")
                : new Health(Status.UP, "mails go to " + chosen.name());
    }

    /** Lets the transport go. */
    @Deactivate
    @Override
    public void close() {
        transport.close();
    }
}
