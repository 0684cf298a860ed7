package dev.seneschal.jobs.command;

import dev.seneschal.api.job.JobQueue;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;

/** {@code jobs:retry}. */
@Service
@Command(scope = "jobs", name = "retry", description = "Makes a failed job due again, with fresh attempts.")
public final class RetryCommand implements Action {

    @Argument(name = "job", description = "The job's identifier, as jobs:list shows it.", required = true)
    @Completion(FailedCompleter.class)
    private String job;

    @Reference
    private JobQueue queue;

    @Reference
    private Session session;

    /** Made by the shell. */
    public RetryCommand() {}

    RetryCommand(JobQueue queue, Session session, String job) {
        this.queue = queue;
        this.session = session;
        this.job = job;
    }

    @Override
    public Object execute() {
        var done = queue.retry(Identifier.of(job), Actor.of(session));
        System.out.println(done ? "The job " + job + " is due again." : "The job " + job + " is not a failed job.");
        return null;
    }
}
