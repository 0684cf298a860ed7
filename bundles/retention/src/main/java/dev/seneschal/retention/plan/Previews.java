package dev.seneschal.retention.plan;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import dev.seneschal.api.http.Problem;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.retention.policy.Finding;
import dev.seneschal.retention.policy.Policy;
import dev.seneschal.retention.policy.PolicyCheck;
import dev.seneschal.retention.policy.PolicyTable;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Makes and keeps previews. Safe for use by any thread. */
@Component(service = Previews.class)
public final class Previews {

    private static final String INSERT =
            """
            INSERT INTO retention_previews (id, tenant_id, policy_id, plan, plan_hash, created_by, created_at)
            VALUES (:id, :tenant, :policy, CAST(:plan AS jsonb), :hash, :actor, CAST(:now AS timestamptz))""";

    private final Storage storage;
    private final Clock clock;
    private final NoArgGenerator ids = Generators.timeBasedEpochGenerator();

    @Activate
    public Previews(@Reference(target = "(schema=retention)") Storage storage) {
        this(storage, Clock.systemUTC());
    }

    /** For tests. */
    public Previews(Storage storage, Clock clock) {
        this.storage = storage;
        this.clock = clock;
    }

    /** Works out, now, what a run of the policy would do, and keeps it. */
    public Preview create(TenantId tenant, UUID policyId, String actor) {
        return storage.tenant(tenant).patient().write(handle -> {
            var policy = new PolicyTable(handle)
                    .find(policyId)
                    .orElseThrow(() -> new Problem(404, "There is no policy " + policyId + "."));
            var now = clock.instant().truncatedTo(ChronoUnit.MICROS);
            var cutoff = policy.cutoff(now);
            var plan = Planner.plan(
                    handle, policy, cutoff, policy.destructionCutoff(now).orElse(null));
            var preview = new Preview(
                    ids.generate(),
                    plan,
                    plan.hash(),
                    now,
                    Planner.sample(handle, policy, cutoff),
                    findings(handle, policy, plan));
            handle.createUpdate(INSERT)
                    .bind("id", preview.id())
                    .bind("tenant", tenant.value())
                    .bind("policy", policyId)
                    .bind("plan", plan.json())
                    .bind("hash", preview.planHash())
                    .bind("actor", actor)
                    .bind("now", now.toString())
                    .execute();
            return preview;
        });
    }

    private static List<Finding> findings(Handle handle, Policy policy, Plan plan) {
        var findings = new ArrayList<>(PolicyCheck.findings(handle, policy.rule()));
        if (plan.neededRows() > 0) {
            findings.add(new Finding(
                    false,
                    "/tableName",
                    plan.neededRows() + " rows are old enough and stay, because a part of the host has yet to deal with"
                            + " them; of events, events:consumers shows who is behind."));
        }
        return findings;
    }

    /** Returns the plan of a preview. */
    public Plan plan(TenantId tenant, UUID previewId) {
        return storage.tenant(tenant)
                .read(handle -> handle.createQuery("SELECT plan FROM retention_previews WHERE id = :id")
                        .bind("id", previewId)
                        .mapTo(String.class)
                        .findOne())
                .map(Plan::parse)
                .orElseThrow(() -> new Problem(404, "There is no preview " + previewId + "."));
    }

    /** Returns the identifiers of the tenant's newest previews. */
    public List<UUID> newest(TenantId tenant) {
        return storage.tenant(tenant)
                .read(handle -> handle.createQuery("SELECT id FROM retention_previews ORDER BY id DESC LIMIT 50")
                        .mapTo(UUID.class)
                        .list());
    }
}
