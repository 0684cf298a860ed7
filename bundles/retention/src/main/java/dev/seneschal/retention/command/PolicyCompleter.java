package dev.seneschal.retention.command;

import dev.seneschal.retention.policy.Policies;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;

/** Completes the identifier of a policy. */
@Service
public final class PolicyCompleter implements Completer {

    @Reference
    private Policies policies;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        var ids = policies.list().stream().map(policy -> policy.id().toString()).toList();
        return new StringsCompleter(ids).complete(session, line, candidates);
    }
}
