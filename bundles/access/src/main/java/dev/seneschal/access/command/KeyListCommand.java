package dev.seneschal.access.command;

import dev.seneschal.api.access.Access;
import dev.seneschal.api.access.Access.ApiKey;
import dev.seneschal.api.tenant.TenantId;
import java.time.Instant;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;

/** Lists API keys. */
@Service
@Command(scope = "access", name = "key-list", description = "Lists the API keys of a tenant, newest first.")
public final class KeyListCommand implements Action {

    @Option(name = "--tenant", description = "Whose keys.")
    @Completion(TenantCompleter.class)
    private String tenant = TenantId.DEFAULT.value();

    @Option(name = "--no-format", description = "Prints plain columns, for scripts.")
    private boolean noFormat;

    @Reference
    private Access access;

    /** Made by the shell. */
    public KeyListCommand() {}

    KeyListCommand(Access access, TenantId tenant) {
        this.access = access;
        this.tenant = tenant.value();
        this.noFormat = true;
    }

    @Override
    public Object execute() {
        var table = new ShellTable();
        table.column("Id");
        table.column("Name");
        table.column("Secret begins with");
        table.column("State");
        table.column("Permissions");
        table.column("Created");
        table.column("Expires");
        table.emptyTableText("There are no keys.");
        var now = Instant.now();
        for (var key : access.keys(new TenantId(tenant))) {
            table.addRow()
                    .addContent(
                            key.id(),
                            key.name(),
                            key.prefix(),
                            state(key, now),
                            String.join(" ", key.permissions().stream().sorted().toList()),
                            key.createdAt(),
                            key.expiresAt() == null ? "never" : key.expiresAt());
        }
        table.print(System.out, !noFormat);
        return null;
    }

    private static String state(ApiKey key, Instant now) {
        if (key.revokedAt() != null) {
            return "revoked";
        }
        return key.expiresAt() == null || key.expiresAt().isAfter(now) ? "valid" : "expired";
    }
}
