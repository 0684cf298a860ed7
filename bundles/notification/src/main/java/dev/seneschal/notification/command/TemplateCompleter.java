package dev.seneschal.notification.command;

import dev.seneschal.notification.template.Template;
import dev.seneschal.notification.template.Templates;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;

/** Completes the name of a template of the tenant named on the line. */
@Service
public final class TemplateCompleter implements Completer {

    @Reference
    private Templates templates;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        var names = templates.list(TenantOption.of(line), "", Templates.MOST).stream()
                .map(Template::name)
                .toList();
        return new StringsCompleter(names).complete(session, line, candidates);
    }
}
