package dev.seneschal.access.command;

import dev.seneschal.api.access.Access;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.api.tenant.Tenants;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;

/** Completes the identifier of a key that is not revoked, of the tenant named on the line. */
@Service
public final class KeyCompleter implements Completer {

    @Reference
    private Access access;

    @Reference
    private Tenants tenants;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        var ids = access.keys(tenant(line)).stream()
                .filter(key -> key.revokedAt() == null)
                .map(key -> key.id().toString())
                .toList();
        return new StringsCompleter(ids).complete(session, line, candidates);
    }

    private TenantId tenant(CommandLine line) {
        var words = List.of(line.getArguments());
        int option = words.indexOf("--tenant");
        var named = option < 0 || option + 1 >= words.size() ? "" : words.get(option + 1);
        return tenants.list().stream()
                .map(tenant -> tenant.id())
                .filter(id -> id.value().equals(named))
                .findFirst()
                .orElse(TenantId.DEFAULT);
    }
}
