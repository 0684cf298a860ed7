package dev.seneschal.access.command;

import dev.seneschal.api.access.Access;
import dev.seneschal.api.tenant.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;

/** Creates an API key and prints its secret, once. */
@Service
@Command(
        scope = "access",
        name = "key-create",
        description = "Creates an API key and prints its secret. It is shown this once and never again.")
public final class KeyCreateCommand implements Action {

    @Argument(
            index = 0,
            name = "name",
            description = "What the key is called; unique among the tenant's valid keys.",
            required = true)
    @Completion(FreeText.class)
    private String name;

    @Argument(
            index = 1,
            name = "permissions",
            description = "What it may do, such as events:publish or events:*; one or more.",
            required = true,
            multiValued = true)
    @Completion(PermissionCompleter.class)
    private List<String> permissions;

    @Option(name = "--tenant", description = "The tenant it may act for.")
    @Completion(TenantCompleter.class)
    private String tenant = TenantId.DEFAULT.value();

    @Option(name = "--days", description = "After how many days it expires; without this it does not.")
    private Integer days;

    @Reference
    private Access access;

    @Reference
    private Session session;

    /** Made by the shell. */
    public KeyCreateCommand() {}

    KeyCreateCommand(
            Access access, Session session, TenantId tenant, String name, List<String> permissions, Integer days) {
        this.access = access;
        this.session = session;
        this.tenant = tenant.value();
        this.name = name;
        this.permissions = permissions;
        this.days = days;
    }

    @Override
    public Object execute() {
        var expiresAt = days == null ? null : Instant.now().plus(Duration.ofDays(days));
        var created =
                access.createKey(new TenantId(tenant), name, Set.copyOf(permissions), expiresAt, Actor.of(session));
        System.out.println(created.secret());
        return null;
    }
}
