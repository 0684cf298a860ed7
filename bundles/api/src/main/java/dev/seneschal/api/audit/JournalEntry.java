package dev.seneschal.api.audit;

import dev.seneschal.api.tenant.TenantId;
import java.util.Map;
import java.util.Objects;

/**
 * What was done, by whom, to what, and why.
 *
 * @param tenant whose data was concerned
 * @param actor who: {@code user:admin}, {@code key:ci}, {@code workflow:…}, {@code policy:…}, {@code system}
 * @param action what, as {@code area.verb}: {@code retention.delete}
 * @param target to what: {@code table:realtime_events}, {@code delivery:…}
 * @param reason why, for a person to read
 * @param policy the identifier and version of the policy, workflow or configuration that asked for it, or null
 * @param details further facts by name, without personal data
 */
public record JournalEntry(
        TenantId tenant,
        String actor,
        String action,
        String target,
        String reason,
        String policy,
        Map<String, String> details) {

    /** Checks presence and copies the details. */
    public JournalEntry {
        Objects.requireNonNull(tenant, "tenant");
        Objects.requireNonNull(actor, "actor");
        Objects.requireNonNull(action, "action");
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(reason, "reason");
        details = Map.copyOf(details);
    }
}
