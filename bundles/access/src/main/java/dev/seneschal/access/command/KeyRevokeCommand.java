package dev.seneschal.access.command;

import dev.seneschal.api.access.Access;
import dev.seneschal.api.tenant.TenantId;
import java.util.UUID;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;

/** Revokes an API key. */
@Service
@Command(
        scope = "access",
        name = "key-revoke",
        description =
                "Revokes an API key; within two seconds every node refuses it. Connections that are open stay open.")
public final class KeyRevokeCommand implements Action {

    @Argument(name = "id", description = "The key's identifier, as access:key-list shows it.", required = true)
    @Completion(KeyCompleter.class)
    private String id;

    @Option(name = "--tenant", description = "Whose key it is.")
    @Completion(TenantCompleter.class)
    private String tenant = TenantId.DEFAULT.value();

    @Reference
    private Access access;

    @Reference
    private Session session;

    /** Made by the shell. */
    public KeyRevokeCommand() {}

    KeyRevokeCommand(Access access, Session session, TenantId tenant, String id) {
        this.access = access;
        this.session = session;
        this.tenant = tenant.value();
        this.id = id;
    }

    @Override
    public Object execute() {
        var revoked = access.revokeKey(new TenantId(tenant), id(), Actor.of(session));
        System.out.println(revoked ? "The key is revoked." : "No valid key has this identifier; nothing was changed.");
        return null;
    }

    private UUID id() {
        try {
            return UUID.fromString(id);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + id + "' is no identifier of a key; see access:key-list.", e);
        }
    }
}
