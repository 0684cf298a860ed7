package dev.seneschal.audit.command;

import dev.seneschal.api.tenant.Tenants;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;

/** Completes the name of a tenant. */
@Service
public final class TenantCompleter implements Completer {

    @Reference
    private Tenants tenants;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        var names = tenants.list().stream().map(tenant -> tenant.id().value()).toList();
        return new StringsCompleter(names).complete(session, line, candidates);
    }
}
