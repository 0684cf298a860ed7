package dev.seneschal.retention.command;

import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.retention.plan.Previews;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.table.ShellTable;

/** Shows what a run of a policy would do. */
@Service
@Command(
        scope = "retention",
        name = "preview",
        description = "Works out what a run of the policy would do now. Nothing is archived or deleted.")
public final class PreviewCommand implements Action {

    @Argument(name = "policy", description = "The policy's identifier, from retention:policies.", required = true)
    @Completion(PolicyCompleter.class)
    private String policy;

    @Option(name = Typed.TENANT, description = "The tenant whose policy it is.")
    @Completion(TenantCompleter.class)
    private String tenant = "default";

    @Option(name = "--no-format", description = "Prints plain columns, for scripts.")
    private boolean noFormat;

    @Reference
    private Previews previews;

    @Reference
    private Session session;

    public PreviewCommand() {}

    PreviewCommand(Previews previews, Session session, String tenant, String policy) {
        this.previews = previews;
        this.session = session;
        this.tenant = tenant;
        this.policy = policy;
    }

    @Override
    public Object execute() {
        var preview = previews.create(
                new TenantId(tenant), Typed.id(policy, "policy", "retention:policies"), Typed.actor(session));
        var plan = preview.plan();
        var table = new ShellTable();
        table.column("What");
        table.column("Value");
        table.addRow().addContent("preview", preview.id());
        table.addRow().addContent("plan hash", preview.planHash());
        table.addRow().addContent("table", plan.table());
        table.addRow().addContent("rows before", plan.cutoff());
        table.addRow().addContent(plan.isArchiving() ? "to archive, then delete" : "to delete", plan.dueRows());
        table.addRow().addContent("bytes", plan.dueBytes());
        table.addRow().addContent("held", plan.heldRows());
        table.addRow().addContent("needed by others", plan.neededRows());
        table.addRow().addContent("archived rows to destroy", plan.destroyRows());
        table.addRow().addContent("archive segments held", plan.heldSegments());
        preview.sample().forEach(key -> table.addRow().addContent("for example", key));
        preview.findings().forEach(finding -> table.addRow().addContent("note", finding.detail()));
        table.print(System.out, !noFormat);
        System.out.println("retention:run " + preview.id() + " does exactly this, or stops.");
        return null;
    }
}
