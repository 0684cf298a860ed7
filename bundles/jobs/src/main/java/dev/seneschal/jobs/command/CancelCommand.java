package dev.seneschal.jobs.command;

import dev.seneschal.api.job.JobQueue;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;

/** {@code jobs:cancel}. */
@Service
@Command(scope = "jobs", name = "cancel", description = "Withdraws a job that waits.")
public final class CancelCommand implements Action {

    @Argument(name = "job", description = "The job's identifier, as jobs:list shows it.", required = true)
    @Completion(WaitingCompleter.class)
    private String job;

    @Reference
    private JobQueue queue;

    @Reference
    private Session session;

    /** Made by the shell. */
    public CancelCommand() {}

    CancelCommand(JobQueue queue, Session session, String job) {
        this.queue = queue;
        this.session = session;
        this.job = job;
    }

    @Override
    public Object execute() {
        var done = queue.cancel(Identifier.of(job), Actor.of(session));
        System.out.println(
                done
                        ? "The job " + job + " is cancelled."
                        : "The job " + job + " does not wait: there is no such job, or it runs, or it is over.");
        return null;
    }
}
