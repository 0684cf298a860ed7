package dev.seneschal.retention.run;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import dev.seneschal.api.audit.Journal;
import dev.seneschal.api.audit.JournalEntry;
import dev.seneschal.api.http.Problem;
import dev.seneschal.api.job.JobQueue;
import dev.seneschal.api.job.JobRequest;
import dev.seneschal.api.job.JobSummary;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.retention.plan.Plan;
import dev.seneschal.retention.plan.Previews;
import dev.seneschal.retention.policy.PolicyTable;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Starts runs and says how they stand. A run is a job, so it goes on after a crash. Safe for use by any thread. */
@Component(service = Runs.class)
public final class Runs {

    /** A run is resumed, not begun again, so many attempts do no harm. */
    private static final int ATTEMPTS = 100;

    private static final int MOST_JOBS = 1_000;

    private static final String UNIQUE_VIOLATION = "23505";

    private final Storage storage;
    private final Journal journal;
    private final JobQueue jobs;
    private final Previews previews;
    private final NoArgGenerator ids = Generators.timeBasedEpochGenerator();

    @Activate
    public Runs(
            @Reference(target = "(schema=retention)") Storage storage,
            @Reference Journal journal,
            @Reference JobQueue jobs,
            @Reference Previews previews) {
        this.storage = storage;
        this.journal = journal;
        this.jobs = jobs;
        this.previews = previews;
    }

    /**
     * Approves a preview: a run does exactly that, or stops.
     *
     * @param planHash the hash the caller saw
     * @throws Problem if it cannot be approved, saying why
     */
    public Run start(TenantId tenant, UUID previewId, String planHash, String actor) {
        var plan = previews.plan(tenant, previewId);
        if (!plan.hash().equals(planHash)) {
            throw new Problem(409, "The preview has another plan hash. Look at the preview again.");
        }
        try {
            return storage.tenant(tenant).write(handle -> start(handle, plan, actor));
        } catch (JdbiException e) {
            if (e.getCause() instanceof SQLException cause && UNIQUE_VIOLATION.equals(cause.getSQLState())) {
                throw new Problem(409, "A run on " + plan.table() + " is under way.");
            }
            throw e;
        }
    }

    private Run start(Handle handle, Plan plan, String actor) {
        var policy =
                new PolicyTable(handle).find(UUID.fromString(plan.policyId())).orElseThrow();
        if (!policy.rule().isActive()) {
            throw new Problem(409, "The policy is not active: it can be previewed only. Set isActive to true first.");
        }
        if (policy.ruleVersion() != plan.policyVersion()) {
            throw new Problem(409, "The policy has changed since the preview. Preview again.");
        }
        var id = ids.generate();
        var job = jobs.add(
                handle,
                new JobRequest(
                        policy.tenant(),
                        RunHandler.TYPE_NAME,
                        "{\"runId\":\"" + id + "\"}",
                        JobRequest.ORDINARY,
                        null,
                        id.toString(),
                        ATTEMPTS));
        var runs = new RunTable(handle);
        runs.insert(id, plan, actor, job);
        journal.record(
                handle,
                new JournalEntry(
                        policy.tenant(),
                        actor,
                        "retention.approve-run",
                        "table:" + plan.table(),
                        "asked for by " + actor,
                        policy.reference(),
                        Map.of(
                                "run", id.toString(),
                                "planHash", plan.hash(),
                                "dueRows", String.valueOf(plan.dueRows()))));
        return runs.find(id).orElseThrow();
    }

    /** Returns a run. */
    public Run get(TenantId tenant, UUID id) {
        return storage.tenant(tenant)
                .read(handle -> new RunTable(handle).find(id))
                .orElseThrow(() -> new Problem(404, "There is no run " + id + "."));
    }

    /** Returns how the job stands that carries the run out, if the queue still has it. */
    public Optional<JobSummary> job(Run run) {
        return jobs.list(run.tenant(), RunHandler.TYPE_NAME, null, MOST_JOBS).stream()
                .filter(job -> job.id().equals(run.jobId()))
                .findFirst();
    }

    /** Returns the tenant's runs, newest first. */
    public List<Run> list(TenantId tenant, UUID before, int limit) {
        return storage.tenant(tenant).read(handle -> new RunTable(handle).newest(before, limit));
    }

    /** Returns the runs of all tenants, newest first. */
    public List<Run> list(int limit) {
        return storage.system().read(handle -> new RunTable(handle).newest(null, limit));
    }
}
