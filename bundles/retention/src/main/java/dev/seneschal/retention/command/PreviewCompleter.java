package dev.seneschal.retention.command;

import dev.seneschal.retention.plan.Previews;
import java.util.List;
import java.util.UUID;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;

/** Completes the identifier of a preview of the tenant on the line. */
@Service
public final class PreviewCompleter implements Completer {

    @Reference
    private Previews previews;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        var ids = Typed.tenant(line).map(previews::newest).orElse(List.of()).stream()
                .map(UUID::toString)
                .toList();
        return new StringsCompleter(ids).complete(session, line, candidates);
    }
}
