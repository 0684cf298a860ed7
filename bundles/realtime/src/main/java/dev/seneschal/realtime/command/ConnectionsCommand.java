package dev.seneschal.realtime.command;

import dev.seneschal.api.realtime.Channels;
import java.io.PrintStream;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;

/** Shows who is connected to the live channels. */
@Service
@Command(
        scope = "realtime",
        name = "connections",
        description = "Shows the open connections of this node, oldest first.")
public final class ConnectionsCommand implements Action {

    @Option(name = "--tenant", description = "Only those of this tenant.")
    @Completion(TenantCompleter.class)
    private String tenant;

    @Option(name = "--no-format", description = "Prints plain columns, for scripts.")
    private boolean noFormat;

    @Reference
    private Channels channels;

    private final PrintStream out;

    /** Prints to the shell. */
    public ConnectionsCommand() {
        this.out = System.out;
    }

    ConnectionsCommand(Channels channels, String tenant, PrintStream out) {
        this.channels = channels;
        this.tenant = tenant;
        this.out = out;
    }

    @Override
    public Object execute() {
        var table = new ShellTable();
        table.column("Client");
        table.column("Tenant");
        table.column("User");
        table.column("Transport");
        table.column("Remote");
        table.column("Channels").alignRight();
        table.column("Queued bytes").alignRight();
        table.column("Since");
        table.emptyTableText("Nobody is connected.");
        for (var connection : channels.connections()) {
            if (tenant == null || connection.tenant().value().equals(tenant)) {
                table.addRow()
                        .addContent(
                                connection.client(),
                                connection.tenant(),
                                connection.user(),
                                connection.transport(),
                                connection.remote(),
                                connection.channels(),
                                connection.queuedBytes(),
                                connection.since());
            }
        }
        table.print(out, !noFormat);
        return null;
    }
}
