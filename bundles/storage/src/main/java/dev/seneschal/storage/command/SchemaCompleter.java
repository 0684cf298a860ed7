package dev.seneschal.storage.command;

import dev.seneschal.api.storage.SchemaState;
import dev.seneschal.api.storage.Schemas;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;

/** Completes the name of a schema. */
@Service
public final class SchemaCompleter implements Completer {

    @Reference
    private Schemas schemas;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        var names = schemas.list().stream().map(SchemaState::schema).toList();
        return new StringsCompleter(names).complete(session, line, candidates);
    }
}
