package dev.seneschal.eventlog.command;

import dev.seneschal.api.event.ChannelHead;
import dev.seneschal.api.event.EventLog;
import dev.seneschal.api.tenant.TenantId;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;

/** Completes the name of a channel of the tenant that the line names, or of the default one. */
@Service
public final class ChannelCompleter implements Completer {

    @Reference
    EventLog log;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        var names =
                log.channels(tenant(line)).stream().map(ChannelHead::channel).toList();
        return new StringsCompleter(names).complete(session, line, candidates);
    }

    private static TenantId tenant(CommandLine line) {
        try {
            return Typed.option(line, "--tenant").map(TenantId::new).orElse(TenantId.DEFAULT);
        } catch (IllegalArgumentException e) {
            return TenantId.DEFAULT;
        }
    }
}
