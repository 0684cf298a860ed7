package dev.seneschal.jobs.command;

import dev.seneschal.api.job.JobQueue;
import dev.seneschal.api.tenant.TenantId;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;

/** {@code jobs:schedules}. */
@Service
@Command(scope = "jobs", name = "schedules", description = "Lists a tenant's schedules and when each ticks next.")
public final class SchedulesCommand implements Action {

    @Option(name = "--tenant", description = "Whose schedules.")
    @Completion(TenantCompleter.class)
    private String tenant = TenantId.DEFAULT.value();

    @Option(name = "--no-format", description = "Prints plain columns, for scripts.")
    private boolean noFormat;

    @Reference
    private JobQueue queue;

    @Override
    public Object execute() {
        var table = new ShellTable();
        table.column("Name");
        table.column("Type");
        table.column("Cron");
        table.column("Zone");
        table.column("Latest");
        table.column("Next");
        table.emptyTableText("The tenant has no schedule.");
        for (var schedule : queue.schedules(new TenantId(tenant))) {
            table.addRow()
                    .addContent(
                            schedule.name(),
                            schedule.type(),
                            schedule.cron(),
                            schedule.zone(),
                            schedule.maxLateness(),
                            schedule.next());
        }
        table.print(System.out, !noFormat);
        return null;
    }
}
