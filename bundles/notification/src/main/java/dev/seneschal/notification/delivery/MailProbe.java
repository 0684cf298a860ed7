package dev.seneschal.notification.delivery;

import dev.seneschal.api.health.HealthProbe;
import dev.seneschal.api.mail.MailTransport;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** Says whether mails have somewhere to go. Without a transport they wait; the host stays ready. */
@Component(service = HealthProbe.class)
public final class MailProbe implements HealthProbe {

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile MailTransport transport;

    @Override
    public String name() {
        return "notification";
    }

    @Override
    public Health check() {
        var chosen = transport;
        return chosen == null
                ? new Health(
                        Status.DEGRADED,
                        "there is no mail transport, so mails wait; start seneschal-mail or seneschal-mailbox")
                : new Health(Status.UP, "mails go to " + chosen.name());
    }
}
