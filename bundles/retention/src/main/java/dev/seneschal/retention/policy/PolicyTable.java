package dev.seneschal.retention.policy;

import dev.seneschal.api.tenant.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;

/** The table of policies, within one transaction of a tenant's scope. */
public final class PolicyTable {

    private static final String COLUMNS =
            "id, tenant_id, version, rule_version, table_name, time_column, time_zone, retention_period_days, archive_after_days,"
                    + " delete_after_days, compliance_flags, is_active, created_at";

    private static final String INSERT =
            """
            INSERT INTO retention_policies (id, tenant_id, table_name, time_column, time_zone, retention_period_days,
                                            archive_after_days, delete_after_days, compliance_flags, is_active)
            VALUES (:id, :tenant, :table, :time, :zone, :period, :archive, :delete, CAST(:flags AS jsonb), :active)""";

    private static final String UPDATE =
            """
            UPDATE retention_policies
               SET rule_version = CASE WHEN (table_name, time_column, time_zone, retention_period_days, archive_after_days,
                                             delete_after_days, compliance_flags)
                                            IS DISTINCT FROM
                                            (:table, :time, :zone, CAST(:period AS integer), CAST(:archive AS integer),
                                             CAST(:delete AS integer), CAST(:flags AS jsonb))
                                       THEN version + 1
                                       ELSE rule_version
                                   END,
                   table_name = :table, time_column = :time, time_zone = :zone, retention_period_days = :period,
                   archive_after_days = :archive, delete_after_days = :delete, compliance_flags = CAST(:flags AS jsonb),
                   is_active = :active, version = version + 1, updated_at = now()
             WHERE id = :id AND version = :version""";

    private final Handle handle;

    /** Works in the transaction. */
    public PolicyTable(Handle handle) {
        this.handle = handle;
    }

    /** Returns the policies, by table. */
    public List<Policy> list() {
        return handle.createQuery("SELECT " + COLUMNS + " FROM retention_policies ORDER BY tenant_id, table_name")
                .map((row, context) -> policy(row))
                .list();
    }

    /** Returns a policy. */
    public Optional<Policy> find(UUID id) {
        return handle.createQuery("SELECT " + COLUMNS + " FROM retention_policies WHERE id = :id")
                .bind("id", id)
                .map((row, context) -> policy(row))
                .findOne();
    }

    void insert(UUID id, TenantId tenant, Policy.Rule rule) {
        try (var insert = handle.createUpdate(INSERT)) {
            bind(insert, rule).bind("id", id).bind("tenant", tenant.value()).execute();
        }
    }

    boolean update(UUID id, int version, Policy.Rule rule) {
        try (var update = handle.createUpdate(UPDATE)) {
            return bind(update, rule).bind("id", id).bind("version", version).execute() == 1;
        }
    }

    void activate(UUID id, boolean isActive) {
        handle.createUpdate(
                        """
                        UPDATE retention_policies
                           SET is_active = :active, version = version + 1, updated_at = now()
                         WHERE id = :id""")
                .bind("id", id)
                .bind("active", isActive)
                .execute();
    }

    boolean delete(UUID id, int version) {
        return handle.createUpdate("DELETE FROM retention_policies WHERE id = :id AND version = :version")
                        .bind("id", id)
                        .bind("version", version)
                        .execute()
                == 1;
    }

    boolean hasRuns(UUID id) {
        return handle.createQuery("SELECT EXISTS (SELECT FROM retention_runs WHERE policy_id = :id)")
                .bind("id", id)
                .mapTo(Boolean.class)
                .one();
    }

    private static <T extends SqlStatement<T>> T bind(T statement, Policy.Rule rule) {
        return statement
                .bind("table", rule.tableName())
                .bind("time", rule.timeColumn())
                .bind("zone", rule.timeZone())
                .bind("period", rule.retentionPeriodDays())
                .bind("archive", rule.archiveAfterDays())
                .bind("delete", rule.deleteAfterDays())
                .bind("flags", rule.complianceFlags())
                .bind("active", rule.isActive());
    }

    private static Policy policy(ResultSet row) throws SQLException {
        var rule = new Policy.Rule(
                row.getString("table_name"),
                row.getString("time_column"),
                row.getString("time_zone"),
                row.getInt("retention_period_days"),
                row.getObject("archive_after_days", Integer.class),
                row.getObject("delete_after_days", Integer.class),
                row.getString("compliance_flags"),
                row.getBoolean("is_active"));
        return new Policy(
                row.getObject("id", UUID.class),
                new TenantId(row.getString("tenant_id")),
                row.getInt("version"),
                row.getInt("rule_version"),
                rule,
                row.getObject("created_at", OffsetDateTime.class).toInstant());
    }
}
