package dev.seneschal.retention.run;

import dev.seneschal.api.http.Problem;
import dev.seneschal.retention.catalog.Catalog;
import dev.seneschal.retention.catalog.RowSql;
import dev.seneschal.retention.plan.Plan;
import dev.seneschal.retention.plan.Planner;
import dev.seneschal.retention.policy.PolicyTable;
import java.time.Instant;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Holds a run to the plan that was approved. */
final class Promise {

    private Promise() {}

    /** Works the plan out again at the approved moment and stops the run if it is another one. */
    static void confirm(Handle handle, Run run) throws StopException {
        var promised = run.plan();
        var policy = new PolicyTable(handle).find(UUID.fromString(promised.policyId()));
        if (policy.isEmpty() || policy.get().ruleVersion() != promised.policyVersion()) {
            throw new StopException("The policy has changed since the preview. Preview again.");
        }
        if (!policy.get().rule().isActive()) {
            throw new StopException("The policy is not active.");
        }
        var destroyBefore = promised.destroyBefore() == null ? null : Instant.parse(promised.destroyBefore());
        Plan now;
        try {
            now = Planner.plan(handle, policy.get(), promised.cutoffInstant(), destroyBefore);
        } catch (Problem e) {
            throw new StopException(e.getMessage());
        }
        if (!now.hash().equals(run.planHash())) {
            throw new StopException("What would be done has changed since the preview: " + promised.dueRows()
                    + " rows were due and " + promised.heldRows() + " held, now " + now.dueRows() + " are due and "
                    + now.heldRows() + " held. Preview again.");
        }
    }

    /** Returns the run's rows, in the table as it was promised, or stops the run. */
    static RowSql rows(Handle handle, Run run) throws StopException {
        var plan = run.plan();
        var table = Catalog.table(handle, plan.table());
        if (table.isEmpty() || !table.get().fingerprint().equals(plan.fingerprint())) {
            throw new StopException("The table " + plan.table() + " has changed its shape since the preview.");
        }
        return new RowSql(table.get(), plan.timeColumn(), run.tenant(), plan.cutoffInstant());
    }
}
