package dev.seneschal.eventlog.command;

import dev.seneschal.api.event.ConsumerState;
import dev.seneschal.api.event.EventLog;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;

/** Completes the name of a consumer. */
@Service
public final class ConsumerCompleter implements Completer {

    @Reference
    private EventLog log;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        var names = log.consumers().stream().map(ConsumerState::name).toList();
        return new StringsCompleter(names).complete(session, line, candidates);
    }
}
