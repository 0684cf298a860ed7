package dev.seneschal.notification.command;

import dev.seneschal.notification.delivery.Status;
import java.util.List;
import java.util.stream.Stream;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;

/** Completes the state of a delivery. */
@Service
public final class StatusCompleter implements Completer {

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        var labels = Stream.of(Status.values()).map(Status::label).toList();
        return new StringsCompleter(labels).complete(session, line, candidates);
    }
}
