package dev.seneschal.jobs.command;

import dev.seneschal.api.job.JobQueue;
import dev.seneschal.api.job.JobSummary;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;

/** Completes the type of a recent job. */
@Service
public final class TypeCompleter implements Completer {

    private static final int RECENT = 1_000;

    @Reference
    private JobQueue queue;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        var names = queue.list(null, null, null, RECENT).stream()
                .map(JobSummary::type)
                .distinct()
                .toList();
        return new StringsCompleter(names).complete(session, line, candidates);
    }
}
