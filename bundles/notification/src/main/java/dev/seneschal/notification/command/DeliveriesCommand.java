package dev.seneschal.notification.command;

import dev.seneschal.notification.delivery.Deliveries;
import dev.seneschal.notification.delivery.Status;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;

/** Shows deliveries, or why one is what it is. */
@Service
@Command(
        scope = "notification",
        name = "deliveries",
        description = "Shows mails and what became of them, newest first; with an identifier, why.")
public final class DeliveriesCommand implements Action {

    @Argument(name = "id", description = "The delivery to explain, as this command lists it.", required = false)
    @Completion(DeliveryCompleter.class)
    private String id;

    @Option(name = "--status", description = "Only those in this state.")
    @Completion(StatusCompleter.class)
    private String status;

    @Option(name = "--limit", description = "How many at most, 1 to 1000.")
    private int limit = 20;

    @Option(name = "--tenant", description = "The tenant; the default one if absent.")
    @Completion(TenantCompleter.class)
    private String tenant;

    @Option(name = "--no-format", description = "Prints plain columns, for scripts.")
    private boolean noFormat;

    @Reference
    private Deliveries deliveries;

    /** Made by the shell. */
    public DeliveriesCommand() {}

    DeliveriesCommand(Deliveries deliveries, String tenant, String id, String status) {
        this.deliveries = deliveries;
        this.tenant = tenant;
        this.id = id;
        this.status = status;
    }

    @Override
    public Object execute() {
        var whose = TenantOption.of(tenant);
        if (id != null) {
            System.out.println(deliveries.why(whose, identifier(id)));
            return null;
        }
        if (limit < 1 || limit > 1_000) {
            throw new IllegalArgumentException("--limit must be 1 to 1000, not " + limit + ".");
        }
        var wanted = status == null ? null : status(status);
        var table = new ShellTable();
        table.column("Id");
        table.column("Status");
        table.column("Recipient");
        table.column("Workflow");
        table.column("Event");
        table.column("Tries").alignRight();
        table.column("Decided");
        table.column("Detail").maxSize(60);
        for (var delivery : deliveries.list(whose, wanted, null, limit)) {
            table.addRow()
                    .addContent(
                            delivery.id(),
                            delivery.status().label(),
                            delivery.recipient(),
                            delivery.workflowName() + "@" + delivery.workflowVersion(),
                            delivery.eventType(),
                            delivery.attempts(),
                            delivery.createdAt(),
                            Objects.toString(delivery.error(), ""));
        }
        table.print(System.out, !noFormat);
        return null;
    }

    private static UUID identifier(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no identifier of a delivery; notification:deliveries lists them.", e);
        }
    }

    private static Status status(String label) {
        return Status.of(label)
                .orElseThrow(() -> new IllegalArgumentException("There is no status '" + label + "'; it must be "
                        + Stream.of(Status.values()).map(Status::label).collect(Collectors.joining(", ")) + "."));
    }
}
