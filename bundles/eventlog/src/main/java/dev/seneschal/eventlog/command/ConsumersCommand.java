package dev.seneschal.eventlog.command;

import dev.seneschal.api.event.EventLog;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;

/** Shows how far every durable consumer has come. */
@Service
@Command(
        scope = "events",
        name = "consumers",
        description = "Shows how far every durable consumer of the event log has come.")
public final class ConsumersCommand implements Action {

    @Option(name = "--no-format", description = "Prints plain columns, for scripts.")
    boolean noFormat;

    @Reference
    EventLog log;

    @Override
    public Object execute() {
        var table = new ShellTable().emptyTableText("No consumer was ever registered.");
        table.column("Consumer");
        table.column("On this node");
        table.column("Lag").alignRight();
        table.column("Oldest, s").alignRight();
        table.column("Dead letters").alignRight();
        table.column("Last error");
        for (var state : log.consumers()) {
            table.addRow()
                    .addContent(
                            state.name(),
                            state.attached() ? "yes" : "no",
                            state.lag(),
                            state.age().toSeconds(),
                            state.deadLetters(),
                            Terminal.line(state.lastError()));
        }
        table.print(System.out, !noFormat);
        return null;
    }
}
