package dev.seneschal.jobs.command;

import dev.seneschal.api.job.JobQueue;
import dev.seneschal.api.job.JobSummary;
import java.util.List;
import java.util.stream.Stream;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;

/** Completes the identifier of a job that waits. */
@Service
public final class WaitingCompleter implements Completer {

    private static final int RECENT = 100;

    @Reference
    private JobQueue queue;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        var names = Stream.of(JobSummary.State.PENDING, JobSummary.State.PARKED)
                .flatMap(state -> queue.list(null, null, state, RECENT).stream())
                .map(job -> job.id().toString())
                .toList();
        return new StringsCompleter(names).complete(session, line, candidates);
    }
}
