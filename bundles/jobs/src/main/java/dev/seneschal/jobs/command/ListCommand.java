package dev.seneschal.jobs.command;

import dev.seneschal.api.job.JobQueue;
import dev.seneschal.api.job.JobSummary.State;
import dev.seneschal.api.tenant.TenantId;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;

/** {@code jobs:list}. */
@Service
@Command(
        scope = "jobs",
        name = "list",
        description = "Lists jobs, newest first: what waits, runs, is parked or is over.")
public final class ListCommand implements Action {

    @Option(name = "--tenant", description = "Only jobs of this tenant.")
    @Completion(TenantCompleter.class)
    private String tenant;

    @Option(name = "--type", description = "Only jobs of this type.")
    @Completion(TypeCompleter.class)
    private String type;

    @Option(
            name = "--state",
            description = "Only jobs in this state: pending, parked, running, done, failed or cancelled.")
    @Completion(StateCompleter.class)
    private String state;

    @Option(name = "--limit", description = "How many jobs at most, 1 to 1000.")
    private int limit = 50;

    @Option(name = "--no-format", description = "Prints plain columns, for scripts.")
    private boolean noFormat;

    @Reference
    private JobQueue queue;

    /** Made by the shell. */
    public ListCommand() {}

    ListCommand(JobQueue queue, String tenant, String type, String state) {
        this.queue = queue;
        this.tenant = tenant;
        this.type = type;
        this.state = state;
    }

    @Override
    public Object execute() {
        var owner = tenant == null ? null : new TenantId(tenant);
        var wanted = state == null ? null : state(state);
        var table = new ShellTable();
        table.column("Id");
        table.column("Tenant");
        table.column("Type");
        table.column("State");
        table.column("Priority").alignRight();
        table.column("Attempt").alignRight();
        table.column("Due");
        table.column("Detail").maxSize(80);
        table.emptyTableText("There is no such job.");
        for (var job : queue.list(owner, type, wanted, limit)) {
            table.addRow()
                    .addContent(
                            job.id(),
                            job.tenant(),
                            job.type(),
                            job.state(),
                            job.priority(),
                            job.attempt(),
                            job.dueAt(),
                            job.detail());
        }
        table.print(System.out, !noFormat);
        return null;
    }

    private static State state(String name) {
        return Stream.of(State.values())
                .filter(state -> state.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no state '" + name + "'; it must be "
                        + Stream.of(State.values())
                                .map(state -> state.name().toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining(", "))
                        + "."));
    }
}
