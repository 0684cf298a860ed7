package dev.seneschal.retention.command;

import dev.seneschal.api.job.JobSummary;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.retention.plan.Previews;
import dev.seneschal.retention.run.Run;
import dev.seneschal.retention.run.Runs;
import java.util.concurrent.TimeUnit;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;

/** Approves a preview and shows how the run goes. */
@Service
@Command(
        scope = "retention",
        name = "run",
        description = "Approves a preview: the run does exactly what it shows, or stops. Waits and shows the progress;"
                + " the run goes on in the background if you interrupt that.")
public final class RunCommand implements Action {

    private static final long LOOK_MILLIS = 300;

    @Argument(name = "preview", description = "The preview's identifier, from retention:preview.", required = true)
    @Completion(PreviewCompleter.class)
    private String preview;

    @Option(name = Typed.TENANT, description = "The tenant whose rows are concerned.")
    @Completion(TenantCompleter.class)
    private String tenant = "default";

    @Option(name = "--no-wait", description = "Returns at once; retention:runs shows how it goes.")
    private boolean noWait;

    @Reference
    private Previews previews;

    @Reference
    private Runs runs;

    @Reference
    private Session session;

    public RunCommand() {}

    RunCommand(Previews previews, Runs runs, Session session, String tenant, String preview, boolean noWait) {
        this.previews = previews;
        this.runs = runs;
        this.session = session;
        this.tenant = tenant;
        this.preview = preview;
        this.noWait = noWait;
    }

    @Override
    public Object execute() throws InterruptedException {
        var owner = new TenantId(tenant);
        var id = Typed.id(preview, "preview", "retention:preview");
        var run = runs.start(owner, id, previews.plan(owner, id).hash(), Typed.actor(session));
        System.out.println("run " + run.id() + ", job " + run.jobId());
        var shown = "";
        while (!noWait && !run.isFinished()) {
            shown = show(run, waiting(run), shown);
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            run = runs.get(owner, run.id());
        }
        show(run, "", shown);
        return null;
    }

    /** What keeps the run's job, if it is not at work; jobs:cancel ends it, and the run with it. */
    private String waiting(Run run) {
        return runs.job(run)
                .filter(job -> job.state() != JobSummary.State.RUNNING)
                .map(job -> " (job " + job.state() + (job.detail().isEmpty() ? "" : ": " + job.detail()) + ")")
                .orElse("");
    }

    private static String show(Run run, String waiting, String shown) {
        var line = run.state() + " exported " + run.exported() + " deleted " + run.deleted() + " of "
                + run.plan().dueRows() + " stayed " + run.survivors() + " destroyed " + run.destroyed() + " of "
                + run.plan().destroyRows() + (run.detail().isEmpty() ? "" : ": " + run.detail()) + waiting;
        if (!line.equals(shown)) {
            System.out.println(line);
        }
        return line;
    }
}
