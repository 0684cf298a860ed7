package dev.seneschal.access.command;

import dev.seneschal.api.tenant.Tenants;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;

/** Lists the tenants. */
@Service
@Command(scope = "access", name = "tenant-list", description = "Lists the tenants.")
public final class TenantListCommand implements Action {

    @Option(name = "--no-format", description = "Prints plain columns, for scripts.")
    private boolean noFormat;

    @Reference
    private Tenants tenants;

    /** Made by the shell. */
    public TenantListCommand() {}

    TenantListCommand(Tenants tenants) {
        this.tenants = tenants;
        this.noFormat = true;
    }

    @Override
    public Object execute() {
        var table = new ShellTable();
        table.column("Tenant");
        table.column("Title");
        table.column("Created");
        for (var tenant : tenants.list()) {
            table.addRow().addContent(tenant.id(), tenant.title(), tenant.createdAt());
        }
        table.print(System.out, !noFormat);
        return null;
    }
}
