package dev.seneschal.jobs.command;

import dev.seneschal.api.job.JobSummary;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;

/** Completes the state of a job. */
@Service
public final class StateCompleter implements Completer {

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        var names = Arrays.stream(JobSummary.State.values())
                .map(state -> state.name().toLowerCase(Locale.ROOT))
                .toList();
        return new StringsCompleter(names).complete(session, line, candidates);
    }
}
