package dev.seneschal.notification.command;

import dev.seneschal.notification.delivery.Deliveries;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;

/** Completes the identifier of a recent delivery of the tenant named on the line. */
@Service
public final class DeliveryCompleter implements Completer {

    private static final int RECENT = 100;

    @Reference
    private Deliveries deliveries;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        var ids = deliveries.list(TenantOption.of(line), null, null, RECENT).stream()
                .map(delivery -> delivery.id().toString())
                .toList();
        return new StringsCompleter(ids).complete(session, line, candidates);
    }
}
