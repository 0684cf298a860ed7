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
    private EventLog log;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        var names =
                log.channels(tenant(line)).stream().map(ChannelHead::channel).toList();
        return new StringsCompleter(names).complete(session, line, candidates);
    }

    private static TenantId tenant(CommandLine line) {
        var words = List.of(line.getArguments());
        int option = words.indexOf("--tenant");
        if (option < 0 || option + 1 >= words.size()) {
            return TenantId.DEFAULT;
        }
        try {
            return new TenantId(words.get(option + 1));
        } catch (IllegalArgumentException e) {
            return TenantId.DEFAULT;
        }
    }
}
