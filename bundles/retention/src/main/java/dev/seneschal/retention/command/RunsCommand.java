package dev.seneschal.retention.command;

import dev.seneschal.retention.run.Runs;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;

/** Shows runs. */
@Service
@Command(scope = "retention", name = "runs", description = "Shows the retention runs of all tenants, newest first.")
public final class RunsCommand implements Action {

    @Option(name = "--limit", description = "How many at most, 1 to 1,000.")
    private int limit = 20;

    @Option(name = "--no-format", description = "Prints plain columns, for scripts.")
    private boolean noFormat;

    @Reference
    private Runs runs;

    public RunsCommand() {}

    RunsCommand(Runs runs, int limit) {
        this.runs = runs;
        this.limit = limit;
    }

    @Override
    public Object execute() {
        if (limit < 1 || limit > 1_000) {
            throw new IllegalArgumentException("--limit must be 1 to 1000, not " + limit);
        }
        var table = new ShellTable();
        table.column("Run");
        table.column("Tenant");
        table.column("Table");
        table.column("State");
        table.column("Due").alignRight();
        table.column("Exported").alignRight();
        table.column("Deleted").alignRight();
        table.column("Stayed").alignRight();
        table.column("Destroyed").alignRight();
        table.column("Asked by");
        table.column("Since");
        table.column("Detail");
        for (var run : runs.list(limit)) {
            table.addRow()
                    .addContent(
                            run.id(),
                            run.tenant(),
                            run.plan().table(),
                            run.state(),
                            run.plan().dueRows(),
                            run.exported(),
                            run.deleted(),
                            run.survivors(),
                            run.destroyed(),
                            run.requestedBy(),
                            run.createdAt(),
                            run.detail());
        }
        table.print(System.out, !noFormat);
        return null;
    }
}
