package dev.seneschal.notification.delivery;

import dev.seneschal.api.audit.Journal;
import dev.seneschal.api.audit.JournalEntry;
import dev.seneschal.api.job.JobSummary;
import dev.seneschal.api.mail.MailResult;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.notification.delivery.DeliveryStore.Row;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Records what became of an attempt, and in the same transaction says so in the journal. Safe for use by any thread. */
final class Ending {

    private final Journal journal;
    private final Tally tally;

    Ending(Journal journal, Tally tally) {
        this.journal = journal;
        this.tally = tally;
    }

    void record(Handle handle, TenantId tenant, Row row, UUID token, Verdict verdict) {
        boolean moved = DeliveryStore.end(
                handle, tenant, row.id(), token, verdict.status(), verdict.detail(), verdict.isError());
        if (!moved) {
            return;
        }
        if (verdict.status() == Status.PENDING) {
            tally.deferred();
            return;
        }
        tally.ended(verdict.status());
        var reference = row.workflow() + "@" + row.workflowVersion();
        var details = new LinkedHashMap<String, String>();
        details.put("event", row.event().toString());
        details.put("template", row.template() + "@" + row.templateVersion());
        details.put("status", verdict.status().label());
        if (verdict.transport() != null) {
            details.put("transport", verdict.transport());
        }
        journal.record(
                handle,
                new JournalEntry(
                        tenant,
                        "workflow:" + reference,
                        verdict.status() == Status.DELIVERED ? "notification.send" : "notification.fail",
                        "delivery:" + row.id(),
                        "workflow " + row.workflowName() + " met event " + row.event(),
                        reference,
                        Map.copyOf(details)));
    }

    /**
     * Where an attempt takes its delivery.
     *
     * @param status the next state
     * @param detail what the transport said, or why
     * @param transport which one took it, or null
     */
    record Verdict(Status status, String detail, String transport) {

        /** PostgreSQL has no NUL, and nobody reads more of a server's answer. */
        Verdict {
            detail = detail == null ? "" : detail.replace('\0', '\uFFFD');
            detail = detail.length() <= 1_000 ? detail : detail.substring(0, 1_000) + "…";
        }

        static Verdict failed(String reason) {
            return new Verdict(Status.FAILED, reason, null);
        }

        /** The verdict on what waits and whose job ended so. */
        static Verdict without(JobSummary.State job, String reason) {
            return job == JobSummary.State.CANCELLED ? new Verdict(Status.SUPPRESSED, reason, null) : failed(reason);
        }

        static Verdict of(MailResult answer, int attempts, int maxAttempts) {
            if (answer instanceof MailResult.Accepted accepted) {
                return new Verdict(Status.DELIVERED, accepted.reply(), accepted.provider());
            }
            if (answer instanceof MailResult.Refused refused) {
                return failed(refused.reason());
            }
            if (answer instanceof MailResult.Deferred deferred) {
                return attempts < maxAttempts
                        ? new Verdict(Status.PENDING, deferred.reason(), null)
                        : failed("Given up after " + attempts + " attempts: " + deferred.reason());
            }
            return new Verdict(Status.UNKNOWN, ((MailResult.Unknown) answer).reason(), null);
        }

        boolean isError() {
            return status != Status.DELIVERED;
        }
    }
}
