package dev.seneschal.retention.command;

import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.retention.policy.Policies;
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

    @Option(name = Typed.TENANT, description = "The tenant whose policy it is.")
    @Completion(TenantCompleter.class)
    private String tenant = "default";

    @Reference
    private Policies policies;

    @Reference
    private Session session;

    public ActivateCommand() {}

    ActivateCommand(Policies policies, Session session, String tenant, String policy, boolean off) {
        this.policies = policies;
        this.session = session;
        this.tenant = tenant;
        this.policy = policy;
        this.off = off;
    }

    @Override
    public Object execute() {
        var owner = new TenantId(tenant);
        var rule = policies.activate(
                        owner, Typed.id(policy, "policy", "retention:policies"), !off, Typed.actor(session))
                .policy()
                .rule();
        System.out.println("The policy on " + rule.tableName() + (off ? " can be previewed only." : " is active."));
        return null;
    }
}
