package dev.seneschal.notification.delivery;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import dev.seneschal.api.audit.Journal;
import dev.seneschal.api.audit.JournalEntry;
import dev.seneschal.api.job.JobQueue;
import dev.seneschal.api.job.JobRequest;
import dev.seneschal.api.tenant.TenantId;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/**
 * Turns a decision into a row and a job, both in the caller's transaction: from its commit on, the mail will come to an end.
 * Safe for use by any thread.
 */
public final class Intake {

    private static final String INSERT =
            """
            INSERT INTO notification_deliveries (tenant_id, id, workflow_id, workflow_version, action, recipient_id,
                                                 template_id, template_version, status, event_uid, event, why, history,
                                                 error_message)
            VALUES (:tenant, :id, :workflow, :workflowVersion, 0, :recipient, CAST(:template AS uuid),
                    CAST(:templateVersion AS int), :status, :event, CAST(:model AS jsonb), CAST(:why AS jsonb),
                    jsonb_build_array(jsonb_build_object('at', now(), 'status', CAST(:status AS text),
                                                         'detail', CAST(:fault AS text))),
                    :fault)
            ON CONFLICT ON CONSTRAINT notification_deliveries_once DO NOTHING
            """;

    /** Enough for days of the queue's backoff; the delivery itself counts what a transport said. */
    private static final int JOB_ATTEMPTS = 100;

    private final JobQueue jobs;
    private final Journal journal;
    private final TimeBasedEpochGenerator ids = Generators.timeBasedEpochGenerator();

    /** Makes an intake. */
    public Intake(JobQueue jobs, Journal journal) {
        this.jobs = jobs;
        this.journal = journal;
    }

    /** Accepts the decision, once for a workflow and an event. Returns whether this was the first time. */
    public boolean accept(Handle transaction, TenantId tenant, Decision decision) {
        var id = ids.generate();
        var status = decision.fault() == null ? Status.PENDING : Status.FAILED;
        int rows = transaction
                .createUpdate(INSERT)
                .bind("tenant", tenant.value())
                .bind("id", id)
                .bind("workflow", decision.workflow())
                .bind("workflowVersion", decision.workflowVersion())
                .bind("recipient", decision.recipient())
                .bind("template", decision.template())
                .bind("templateVersion", decision.template() == null ? null : (Integer) decision.templateVersion())
                .bind("status", status.label())
                .bind("event", decision.event().uid())
                .bind("model", decision.model())
                .bind("why", decision.why())
                .bind("fault", decision.fault())
                .execute();
        if (rows == 0) {
            return false;
        }
        if (status == Status.PENDING) {
            jobs.add(
                    transaction,
                    new JobRequest(
                            tenant,
                            Deliverer.TYPE,
                            "{\"delivery\":\"" + id + "\"}",
                            JobRequest.ORDINARY,
                            null,
                            id.toString(),
                            JOB_ATTEMPTS));
        } else {
            journal.record(
                    transaction,
                    new JournalEntry(
                            tenant,
                            "workflow:" + decision.workflow() + "@" + decision.workflowVersion(),
                            "notification.fail",
                            "delivery:" + id,
                            decision.fault(),
                            decision.workflow() + "@" + decision.workflowVersion(),
                            Map.of(
                                    "event",
                                    decision.event().uid().toString(),
                                    "eventType",
                                    decision.event().event().type())));
        }
        return true;
    }
}
