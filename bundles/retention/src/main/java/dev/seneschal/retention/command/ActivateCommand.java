package dev.seneschal.retention.command;

import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.retention.policy.Policies;
import java.util.UUID;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;

/** Allows runs of a policy, or forbids them again. */
@Service
@Command(scope = "retention", name = "activate", description = "Allows runs of a policy; with --off only previews.")
public final class ActivateCommand implements Action {

    @Argument(name = "policy", description = "The policy's identifier, from retention:policies.", required = true)
    @Completion(PolicyCompleter.class)
    private String policy;

    @Option(name = "--off", description = "Forbids runs; previews stay possible.")
    private boolean off;

    @Option(name = "--tenant", description = "The tenant whose policy it is.")
    private String tenant = "default";

    @Reference
    private Policies policies;

    @Reference
    private Session session;

    @Override
    public Object execute() {
        var owner = new TenantId(tenant);
        var rule = policies.activate(owner, UUID.fromString(policy), !off, "user:" + session.get("USER"))
                .policy()
                .rule();
        System.out.println("The policy on " + rule.tableName() + (off ? " can be previewed only." : " is active."));
        return null;
    }
}
