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

/** Shows the channels that someone listens to. */
@Service
@Command(scope = "realtime", name = "channels", description = "Shows the channels of this node that have subscribers.")
public final class ChannelsCommand implements Action {

    @Option(name = "--tenant", description = "Only those of this tenant.")
    @Completion(TenantCompleter.class)
    private String tenant;

    @Option(name = "--no-format", description = "Prints plain columns, for scripts.")
    private boolean noFormat;

    @Reference
    private Channels channels;

    private final PrintStream out;

    /** Prints to the shell. */
    public ChannelsCommand() {
        this.out = System.out;
    }

    ChannelsCommand(Channels channels, String tenant, PrintStream out) {
        this.channels = channels;
        this.tenant = tenant;
        this.out = out;
    }

    @Override
    public Object execute() {
        var table = new ShellTable();
        table.column("Tenant");
        table.column("Channel");
        table.column("Subscribers").alignRight();
        table.column("Epoch");
        table.column("Offset").alignRight();
        table.emptyTableText("Nobody listens to any channel.");
        for (var channel : channels.channels()) {
            if (tenant == null || channel.tenant().value().equals(tenant)) {
                table.addRow()
                        .addContent(
                                channel.tenant(),
                                channel.name(),
                                channel.subscribers(),
                                channel.epoch(),
                                channel.offset());
            }
        }
        table.print(out, !noFormat);
        return null;
    }
}
