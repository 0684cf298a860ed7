package dev.seneschal.retention.command;

import dev.seneschal.retention.policy.Policies;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;

/** Completes the identifier of a policy of the tenant on the line. */
@Service
public final class PolicyCompleter implements Completer {

    @Reference
    private Policies policies;

    public PolicyCompleter() {}

    PolicyCompleter(Policies policies) {
        this.policies = policies;
    }

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        var ids = Typed.tenant(line).map(policies::list).orElse(List.of()).stream()
                .map(policy -> policy.id().toString())
                .toList();
        return new StringsCompleter(ids).complete(session, line, candidates);
    }
}
