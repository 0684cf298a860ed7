package dev.seneschal.storage.command;

import dev.seneschal.api.storage.Schemas;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;

/** Shows how every bundle's schema stands, and retries a failed migration. */
@Service
@Command(
        scope = "seneschal",
        name = "schema",
        description = "Shows the schema of every started bundle, or retries a failed migration.")
public final class SchemaCommand implements Action {

    @Option(
            name = "--retry",
            description = "The schema whose failed migration to try again.",
            required = false,
            multiValued = false)
    @Completion(SchemaCompleter.class)
    private String retry;

    @Option(name = "--no-format", description = "Prints plain columns, for scripts.")
    private boolean noFormat;

    @Reference
    private Schemas schemas;

    @Override
    public Object execute() {
        if (retry != null) {
            schemas.retry(retry);
            System.out.println("The migration of " + retry + " runs again; seneschal:schema shows how it goes.");
            return null;
        }
        var table = new ShellTable();
        table.column("Schema");
        table.column("State");
        table.column("Change sets").alignRight();
        table.column("Bundle");
        table.column("Since");
        table.column("Detail");
        for (var state : schemas.list()) {
            table.addRow()
                    .addContent(
                            state.schema(),
                            state.phase(),
                            state.applied(),
                            state.bundle(),
                            state.since(),
                            state.detail());
        }
        table.print(System.out, !noFormat);
        return null;
    }
}
