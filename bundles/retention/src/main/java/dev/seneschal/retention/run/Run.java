package dev.seneschal.retention.run;

import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.retention.plan.Plan;
import java.time.Instant;
import java.util.UUID;

/**
 * A run as it stands.
 *
 * @param id its identifier
 * @param tenant whose rows
 * @param plan what was promised
 * @param planHash the hash of that
 * @param state where it stands
 * @param detail why it stopped or why the last attempt failed, or an empty string
 * @param requestedBy who asked for it
 * @param exported rows in sealed segments
 * @param deleted rows that left the table
 * @param survivors rows that stayed because they had changed, were held or were gone
 * @param destroyed archived rows whose files were destroyed
 * @param jobId the job that carries it out
 * @param createdAt when it was asked for
 * @param finishedAt when it ended, or null
 */
public record Run(
        UUID id,
        TenantId tenant,
        Plan plan,
        String planHash,
        State state,
        String detail,
        String requestedBy,
        long exported,
        long deleted,
        long survivors,
        long destroyed,
        UUID jobId,
        Instant createdAt,
        Instant finishedAt) {

    /** Returns whether nothing more happens. */
    public boolean isFinished() {
        return state == State.DONE || state == State.STOPPED;
    }

    /** Returns how the journal names the policy. */
    String policy() {
        return plan.policyId() + " v" + plan.policyVersion();
    }
}
