package dev.seneschal.access.command;

import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.api.tenant.Tenants;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;

/** Creates a tenant. */
@Service
@Command(scope = "access", name = "tenant-create", description = "Creates a tenant.")
public final class TenantCreateCommand implements Action {

    @Argument(
            index = 0,
            name = "id",
            description = "Its name, which never changes: 1 to 63 lower-case letters, digits and hyphens.",
            required = true)
    private String id;

    @Argument(index = 1, name = "title", description = "What people call it; without this, its name.")
    private String title;

    @Reference
    private Tenants tenants;

    @Reference
    private Session session;

    /** Made by the shell. */
    public TenantCreateCommand() {}

    TenantCreateCommand(Tenants tenants, Session session, String id) {
        this.tenants = tenants;
        this.session = session;
        this.id = id;
    }

    @Override
    public Object execute() {
        var tenant = tenants.create(new TenantId(id), title == null ? id : title, Actor.of(session));
        System.out.println("Created the tenant " + tenant.id() + ".");
        return null;
    }
}
