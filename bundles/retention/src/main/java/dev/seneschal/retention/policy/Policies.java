package dev.seneschal.retention.policy;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import dev.seneschal.api.audit.Journal;
import dev.seneschal.api.audit.JournalEntry;
import dev.seneschal.api.http.Problem;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.api.tenant.TenantId;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Keeps policies; every change is checked against the live schema and goes into the journal. Safe for use by any thread. */
@Component(service = Policies.class)
public final class Policies {

    private final Storage storage;
    private final Journal journal;
    private final NoArgGenerator ids = Generators.timeBasedEpochGenerator();

    @Activate
    public Policies(@Reference(target = "(schema=retention)") Storage storage, @Reference Journal journal) {
        this.storage = storage;
        this.journal = journal;
    }

    /** Returns the tenant's policies, by table. */
    public List<Policy> list(TenantId tenant) {
        return storage.tenant(tenant).read(handle -> new PolicyTable(handle).list());
    }

    /** Returns the policies of all tenants. */
    public List<Policy> list() {
        return storage.system().read(handle -> new PolicyTable(handle).list());
    }

    /** Returns a policy and what there is to say about it now. */
    public Checked get(TenantId tenant, UUID id) {
        return storage.tenant(tenant).read(handle -> checked(handle, id));
    }

    /** Adds a policy. */
    public Checked create(TenantId tenant, Policy.Rule rule, String actor) {
        try {
            return storage.tenant(tenant).write(handle -> {
                refuseErrors(handle, rule);
                var id = ids.generate();
                new PolicyTable(handle).insert(id, tenant, rule);
                var made = checked(handle, id);
                record(handle, made.policy, "retention.create-policy", actor);
                return made;
            });
        } catch (JdbiException e) {
            throw orConflict(e, rule);
        }
    }

    /**
     * Replaces what a policy says.
     *
     * @param version the version the caller saw
     */
    public Checked update(TenantId tenant, UUID id, int version, Policy.Rule rule, String actor) {
        try {
            return storage.tenant(tenant).write(handle -> {
                checked(handle, id);
                refuseErrors(handle, rule);
                if (!new PolicyTable(handle).update(id, version, rule)) {
                    throw stale();
                }
                var changed = checked(handle, id);
                record(handle, changed.policy, "retention.change-policy", actor);
                return changed;
            });
        } catch (JdbiException e) {
            throw orConflict(e, rule);
        }
    }

    /**
     * Allows runs of a policy, or forbids them. Previews made before stay good: it says the same as it did. Changes nothing
     * if it is so already.
     */
    public Checked activate(TenantId tenant, UUID id, boolean isActive, String actor) {
        return storage.tenant(tenant).write(handle -> {
            var found = checked(handle, id);
            if (found.policy.rule().isActive() == isActive) {
                return found;
            }
            if (isActive) {
                refuseErrors(handle, found.policy.rule());
            }
            new PolicyTable(handle).activate(id, isActive);
            var changed = checked(handle, id);
            record(handle, changed.policy, "retention.change-policy", actor);
            return changed;
        });
    }

    /** Removes a policy that never ran; one that did stays on record and can be made inactive. */
    public void delete(TenantId tenant, UUID id, int version, String actor) {
        storage.tenant(tenant).run(handle -> {
            var policy = checked(handle, id).policy;
            var table = new PolicyTable(handle);
            if (table.hasRuns(id)) {
                throw new Problem(409, "This policy has runs on record. Set isActive to false instead.");
            }
            if (!table.delete(id, version)) {
                throw stale();
            }
            record(handle, policy, "retention.delete-policy", actor);
        });
    }

    private static Checked checked(Handle handle, UUID id) {
        var policy =
                new PolicyTable(handle).find(id).orElseThrow(() -> new Problem(404, "There is no policy " + id + "."));
        return new Checked(policy, PolicyCheck.findings(handle, policy.rule()));
    }

    private static void refuseErrors(Handle handle, Policy.Rule rule) {
        var errors = PolicyCheck.findings(handle, rule).stream()
                .filter(Finding::isError)
                .map(finding -> new Problem.Violation(finding.field(), finding.detail()))
                .toList();
        if (!errors.isEmpty()) {
            throw new Problem(400, errors.get(0).detail(), errors, Map.of());
        }
    }

    private static Problem stale() {
        return new Problem(412, "The policy has changed since you read it. Read it again, then repeat your change.");
    }

    private static RuntimeException orConflict(JdbiException e, Policy.Rule rule) {
        var isDuplicate = e.getCause() instanceof java.sql.SQLException cause && "23505".equals(cause.getSQLState());
        return isDuplicate ? new Problem(409, "There is a policy on " + rule.tableName() + " already.") : e;
    }

    private void record(Handle handle, Policy policy, String action, String actor) {
        var rule = policy.rule();
        journal.record(
                handle,
                new JournalEntry(
                        policy.tenant(),
                        actor,
                        action,
                        "table:" + rule.tableName(),
                        "asked for by " + actor,
                        policy.reference(),
                        Map.of(
                                "retentionPeriodDays", String.valueOf(rule.retentionPeriodDays()),
                                "archiveAfterDays", String.valueOf(rule.archiveAfterDays()),
                                "deleteAfterDays", String.valueOf(rule.deleteAfterDays()),
                                "timeColumn", rule.timeColumn(),
                                "isActive", String.valueOf(rule.isActive()))));
    }

    /**
     * A policy, compared with the live schema.
     *
     * @param policy the policy
     * @param findings what is wrong and what is noteworthy
     */
    public record Checked(Policy policy, List<Finding> findings) {}
}
