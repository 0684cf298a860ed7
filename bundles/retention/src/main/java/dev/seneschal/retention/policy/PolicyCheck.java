package dev.seneschal.retention.policy;

import dev.seneschal.retention.catalog.Catalog;
import dev.seneschal.retention.catalog.Table;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** Compares a rule with itself and with the live schema. */
public final class PolicyCheck {

    private static final int MOST_DAYS = 36_500;

    /** Tables that keep the host in order or prove what was done; no policy touches them. */
    private static final Set<String> KEPT = Set.of(
            "tenants",
            "schema_digests",
            "databasechangelog",
            "databasechangeloglock",
            "data_archive_log",
            "data_deletion_log");

    /** Tables of the host's own whose rows are in use, whatever their age: due work, live keys, positions. */
    private static final Set<String> LIVE = Set.of("jobs", "live_metrics");

    private static final List<String> LIVE_AREAS =
            List.of("job_", "event_", "api_", "admin_", "access_", "notification_", "mail_");

    private static final Set<String> TIMES = Set.of("timestamp with time zone", "timestamp without time zone", "date");

    private PolicyCheck() {}

    /** Returns what is wrong and what is noteworthy. */
    public static List<Finding> findings(Handle handle, Policy.Rule rule) {
        var findings = new ArrayList<Finding>();
        checkDays(rule, findings);
        checkZone(rule, findings);
        checkTable(handle, rule, findings);
        return findings;
    }

    private static void checkDays(Policy.Rule rule, List<Finding> findings) {
        range(rule.retentionPeriodDays(), 0, "/retentionPeriodDays", findings);
        if (rule.archiveAfterDays() == null && rule.deleteAfterDays() == null) {
            error(findings, "/archiveAfterDays", "Say after how many days rows are archived, deleted, or both.");
            return;
        }
        if (rule.archiveAfterDays() != null) {
            range(rule.archiveAfterDays(), 1, "/archiveAfterDays", findings);
        }
        if (rule.deleteAfterDays() == null) {
            return;
        }
        range(rule.deleteAfterDays(), 1, "/deleteAfterDays", findings);
        if (rule.deleteAfterDays() < rule.retentionPeriodDays()) {
            error(
                    findings,
                    "/deleteAfterDays",
                    "Rows would be destroyed after " + rule.deleteAfterDays() + " days although they must be kept for "
                            + rule.retentionPeriodDays() + ".");
        }
        if (rule.archiveAfterDays() != null && rule.archiveAfterDays() > rule.deleteAfterDays()) {
            error(findings, "/archiveAfterDays", "Rows would be archived after they were to be destroyed.");
        }
    }

    private static void range(int days, int least, String field, List<Finding> findings) {
        if (days < least || days > MOST_DAYS) {
            error(findings, field, "It must be " + least + " to " + MOST_DAYS + " days, not " + days + ".");
        }
    }

    private static void checkZone(Policy.Rule rule, List<Finding> findings) {
        try {
            ZoneId.of(rule.timeZone());
        } catch (DateTimeException e) {
            error(findings, "/timeZone", "It must be an IANA zone such as Europe/Berlin.");
        }
    }

    private static void checkTable(Handle handle, Policy.Rule rule, List<Finding> findings) {
        var name = rule.tableName();
        if (name.indexOf('\0') >= 0 || rule.timeColumn().indexOf('\0') >= 0) {
            error(findings, "/tableName", "A name cannot contain a NUL character.");
            return;
        }
        if (KEPT.contains(name) || name.startsWith("retention_") || name.startsWith("audit_")) {
            error(
                    findings,
                    "/tableName",
                    "This table proves what was done, or keeps the host in order; no policy may" + " touch it.");
            return;
        }
        if (LIVE.contains(name) || LIVE_AREAS.stream().anyMatch(name::startsWith)) {
            error(
                    findings,
                    "/tableName",
                    "Rows of this table are in use by the host whatever their age (due work, keys, positions);"
                            + " deleting them by age would lose work or lock people out. No policy may touch it.");
            return;
        }
        var table = Catalog.table(handle, name);
        if (table.isEmpty()) {
            error(findings, "/tableName", "This database has no table of that name, or it is a view or a partition.");
            return;
        }
        checkShape(table.get(), rule, findings);
    }

    private static void checkShape(Table table, Policy.Rule rule, List<Finding> findings) {
        if (!table.mayDelete()) {
            error(findings, "/tableName", "The host's database role may not read and delete rows of this table.");
        }
        if (table.column(Table.TENANT)
                .filter(column -> column.type().equals("text"))
                .isEmpty()) {
            error(
                    findings,
                    "/tableName",
                    "The table has no text column tenant_id, so its rows cannot be told apart by" + " tenant.");
        }
        if (table.key().isEmpty()) {
            error(
                    findings,
                    "/tableName",
                    "The table has no primary key and no unique key without nulls, so a row cannot" + " be named.");
        }
        if (!table.referrers().isEmpty()) {
            error(
                    findings,
                    "/tableName",
                    "Rows of " + String.join(", ", table.referrers()) + " refer to this table;"
                            + " deleting from it would fail or take them along. Policies on such tables are not supported.");
        }
        var time = table.column(rule.timeColumn());
        if (time.isEmpty()
                || time.filter(column -> TIMES.contains(column.type().replaceAll("\\(\\d\\)", "")))
                        .isEmpty()) {
            error(findings, "/timeColumn", "The table has no column of that name that holds a timestamp or a date.");
            return;
        }
        if (!time.get().isRequired()) {
            findings.add(new Finding(false, "/timeColumn", "The column may be null; such rows never become due."));
        }
        if (!table.indexed().contains(rule.timeColumn())) {
            findings.add(new Finding(
                    false,
                    "/timeColumn",
                    "No index leads with this column; previews and runs read the" + " whole table."));
        }
    }

    private static void error(List<Finding> findings, String field, String detail) {
        findings.add(new Finding(true, field, detail));
    }
}
