package dev.seneschal.eventlog.command;

import dev.seneschal.eventlog.consumer.ConsumerAdmin;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;

/** Lists the events that consumers could not process. */
@Service
@Command(
        scope = "events",
        name = "dead-letters",
        description = "Lists the events that a consumer could not process and that were set aside.")
public final class DeadLettersCommand implements Action {

    private static final int MOST = 10_000;

    @Argument(name = "consumer", description = "The consumer; without it, all.")
    @Completion(ConsumerCompleter.class)
    String consumer;

    @Option(name = "-n", description = "How many to list at most, up to 10,000.")
    int limit = 50;

    @Option(name = "--no-format", description = "Prints plain columns, for scripts.")
    boolean noFormat;

    @Reference
    ConsumerAdmin admin;

    @Override
    public Object execute() {
        if (limit < 1 || limit > MOST) {
            throw new IllegalArgumentException("-n is " + limit + "; it must be 1 to " + MOST + ".");
        }
        var table = new ShellTable().emptyTableText("There are no dead letters.");
        table.column("Id");
        table.column("Consumer");
        table.column("Tenant");
        table.column("Channel");
        table.column("Offset").alignRight();
        table.column("Type");
        table.column("Tried").alignRight();
        table.column("Last");
        table.column("Error");
        for (var letter : admin.deadLetters(consumer, limit)) {
            table.addRow()
                    .addContent(
                            letter.id(),
                            letter.consumer(),
                            letter.tenant(),
                            Terminal.line(letter.channel()),
                            letter.offset(),
                            Terminal.line(letter.type()),
                            letter.attempts(),
                            letter.failedAt(),
                            letter.redeliver() ? "(to be delivered again)" : Terminal.line(letter.error()));
        }
        table.print(System.out, !noFormat);
        return null;
    }
}
