package dev.seneschal.notification.command;

import dev.seneschal.notification.workflow.Workflows;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;

/** Shows workflows. */
@Service
@Command(scope = "notification", name = "workflows", description = "Shows which events lead to which mails.")
public final class WorkflowsCommand implements Action {

    @Option(name = "--tenant", description = "The tenant; the default one if absent.")
    @Completion(TenantCompleter.class)
    private String tenant;

    @Option(name = "--no-format", description = "Prints plain columns, for scripts.")
    private boolean noFormat;

    @Reference
    private Workflows workflows;

    /** Made by the shell. */
    public WorkflowsCommand() {}

    WorkflowsCommand(Workflows workflows, String tenant) {
        this.workflows = workflows;
        this.tenant = tenant;
    }

    @Override
    public Object execute() {
        var table = new ShellTable();
        table.column("Name");
        table.column("Trigger");
        table.column("Conditions").maxSize(60);
        table.column("Actions").maxSize(80);
        table.column("Version").alignRight();
        table.column("Active");
        table.column("Changed");
        for (var workflow : workflows.list(TenantOption.of(tenant), "", Workflows.MOST)) {
            table.addRow()
                    .addContent(
                            workflow.name(),
                            workflow.triggerEvent(),
                            workflow.conditions(),
                            workflow.actions(),
                            workflow.version(),
                            workflow.active() ? "yes" : "no",
                            workflow.updatedAt());
        }
        table.print(System.out, !noFormat);
        return null;
    }
}
