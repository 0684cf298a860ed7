package dev.seneschal.jobs.command;

import dev.seneschal.api.job.JobQueue;
import dev.seneschal.api.job.JobSummary;
import dev.seneschal.api.tenant.TenantId;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;

/** Completes the type of a recent job, of the tenant named on the line or of any. */
@Service
public final class TypeCompleter implements Completer {

    private static final int RECENT = 1_000;

    @Reference
    private JobQueue queue;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        var names = queue.list(tenant(line), null, null, RECENT).stream()
                .map(JobSummary::type)
                .distinct()
                .toList();
        return new StringsCompleter(names).complete(session, line, candidates);
    }

    private static TenantId tenant(CommandLine line) {
        var words = List.of(line.getArguments());
        var option = words.indexOf("--tenant");
        try {
            return option < 0 || option + 1 >= words.size() ? null : new TenantId(words.get(option + 1));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
