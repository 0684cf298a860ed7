package dev.seneschal.retention.policy;

import dev.seneschal.api.tenant.TenantId;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import java.util.UUID;

/**
 * How long the rows of one table stay.
 *
 * @param id its identifier
 * @param tenant whose rows
 * @param version grows with every change
 * @param ruleVersion the version in which what it says last changed; activation alone leaves it
 * @param rule what it says
 * @param createdAt when it was made
 */
public record Policy(UUID id, TenantId tenant, int version, int ruleVersion, Rule rule, Instant createdAt) {

    /** Returns how the journal names it. */
    public String reference() {
        return id + " v" + version;
    }

    /** Returns the instant before which rows leave the table, counted back in whole days of the policy's zone. */
    public Instant cutoff(Instant now) {
        int days = rule.archiveAfterDays() != null ? rule.archiveAfterDays() : rule.deleteAfterDays();
        return back(now, days);
    }

    /** Returns the instant before which archived rows are destroyed, if ever. */
    public Optional<Instant> destructionCutoff(Instant now) {
        return rule.isArchiving() && rule.deleteAfterDays() != null
                ? Optional.of(back(now, rule.deleteAfterDays()))
                : Optional.empty();
    }

    private Instant back(Instant now, int days) {
        return now.atZone(ZoneId.of(rule.timeZone())).minusDays(days).toInstant();
    }

    /**
     * What a policy says.
     *
     * @param tableName the table
     * @param timeColumn the column a row's age counts from
     * @param timeZone the IANA zone in which days are counted
     * @param retentionPeriodDays for how long nothing may be destroyed
     * @param archiveAfterDays when a row moves from the table to a verified archive, or null
     * @param deleteAfterDays when it is destroyed: in the archive, or in the table if there is none; or null
     * @param complianceFlags JSON text of an object: which duties the policy serves
     * @param isActive whether runs are allowed; an inactive one can only be previewed
     */
    public record Rule(
            String tableName,
            String timeColumn,
            String timeZone,
            int retentionPeriodDays,
            Integer archiveAfterDays,
            Integer deleteAfterDays,
            String complianceFlags,
            boolean isActive) {

        /** Returns whether rows are archived before they leave the table. */
        public boolean isArchiving() {
            return archiveAfterDays != null;
        }
    }
}
