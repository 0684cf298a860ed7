package dev.seneschal.audit.command;

import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.audit.entry.Entries;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;

/** Shows the newest journal entries. */
@Service
@Command(scope = "audit", name = "list", description = "Shows journal entries, newest first.")
public final class ListCommand implements Action {

    @Option(name = "--tenant", description = "Only this tenant's entries; without it those of all.")
    @Completion(TenantCompleter.class)
    private String tenant;

    @Option(name = "--actor", description = "Only what this one did, such as user:admin.")
    @Completion(ActorCompleter.class)
    private String actor;

    @Option(name = "--action", description = "Only this kind of act, such as retention.delete.")
    @Completion(ActionCompleter.class)
    private String action;

    @Option(name = "--target", description = "Only what was done to this, such as table:realtime_events.")
    private String target;

    @Option(name = "--limit", description = "How many at most, 1 to 1,000.")
    private int limit = 20;

    @Option(name = "--no-format", description = "Prints plain columns, for scripts.")
    private boolean noFormat;

    @Reference
    private Entries entries;

    /** Made by the shell. */
    public ListCommand() {}

    ListCommand(Entries entries, String tenant, String actor) {
        this.entries = entries;
        this.tenant = tenant;
        this.actor = actor;
        this.noFormat = true;
    }

    @Override
    public Object execute() {
        if (limit < 1 || limit > 1_000) {
            throw new IllegalArgumentException("--limit must be 1 to 1000, not " + limit);
        }
        var filter = new Entries.Filter(actor, action, target);
        var found = tenant == null
                ? entries.find(filter, null, limit)
                : entries.find(new TenantId(tenant), filter, null, limit);
        var table = new ShellTable();
        table.column("Index").alignRight();
        table.column("Recorded");
        table.column("Tenant");
        table.column("Actor");
        table.column("Action");
        table.column("Target");
        table.column("Reason");
        table.column("Policy");
        for (var placed : found) {
            var what = placed.entry().what();
            table.addRow()
                    .addContent(
                            placed.index() == null ? "waits" : placed.index(),
                            placed.entry().recordedAt(),
                            what.tenant(),
                            what.actor(),
                            what.action(),
                            what.target(),
                            what.reason(),
                            what.policy() == null ? "" : what.policy());
        }
        table.print(System.out, !noFormat);
        return null;
    }
}
