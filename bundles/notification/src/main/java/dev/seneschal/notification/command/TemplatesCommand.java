package dev.seneschal.notification.command;

import dev.seneschal.notification.template.Templates;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;

/** Shows templates. */
@Service
@Command(scope = "notification", name = "templates", description = "Shows the templates of mails.")
public final class TemplatesCommand implements Action {

    @Option(name = "--tenant", description = "The tenant; the default one if absent.")
    @Completion(TenantCompleter.class)
    private String tenant;

    @Option(name = "--no-format", description = "Prints plain columns, for scripts.")
    private boolean noFormat;

    @Reference
    private Templates templates;

    /** Made by the shell. */
    public TemplatesCommand() {}

    TemplatesCommand(Templates templates, String tenant) {
        this.templates = templates;
        this.tenant = tenant;
    }

    @Override
    public Object execute() {
        var table = new ShellTable();
        table.column("Name");
        table.column("Category");
        table.column("Version").alignRight();
        table.column("Active");
        table.column("HTML");
        table.column("Subject").maxSize(50);
        table.column("Changed");
        for (var template : templates.list(TenantOption.of(tenant), "", Templates.MOST)) {
            table.addRow()
                    .addContent(
                            template.name(),
                            template.category(),
                            template.version(),
                            template.active() ? "yes" : "no",
                            template.source().html() == null ? "no" : "yes",
                            template.source().subject(),
                            template.updatedAt());
        }
        table.print(System.out, !noFormat);
        return null;
    }
}
