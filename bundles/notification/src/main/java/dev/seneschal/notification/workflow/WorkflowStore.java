package dev.seneschal.notification.workflow;

import dev.seneschal.api.tenant.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;

/** The rows of workflows and of their versions. */
final class WorkflowStore {

    private static final String COLUMNS =
            """
            SELECT id, name, trigger_event, conditions::text AS conditions, actions::text AS actions, version, is_active,
                   created_at, updated_at
              FROM notification_workflows
             WHERE tenant_id = :tenant
            """;

    private static final String INSERT =
            """
            INSERT INTO notification_workflows (tenant_id, id, name, trigger_event, conditions, actions, version, is_active)
            VALUES (:tenant, :id, :name, :trigger, CAST(:conditions AS jsonb), CAST(:actions AS jsonb), 1, :active)
            ON CONFLICT (tenant_id, name) DO NOTHING
            """;

    private static final String UPDATE =
            """
            UPDATE notification_workflows
               SET trigger_event = :trigger, conditions = CAST(:conditions AS jsonb), actions = CAST(:actions AS jsonb),
                   is_active = :active, version = version + 1, updated_at = now()
             WHERE tenant_id = :tenant AND id = :id AND version = :version
            """;

    private static final String KEEP_VERSION =
            """
            INSERT INTO notification_workflow_versions (tenant_id, workflow_id, version, trigger_event, conditions, actions,
                                                        is_active, created_by)
            SELECT tenant_id, id, version, trigger_event, conditions, actions, is_active, :actor
              FROM notification_workflows
             WHERE tenant_id = :tenant AND id = :id
            """;

    private WorkflowStore() {}

    static List<Workflow> list(Handle handle, TenantId tenant, String after, int limit) {
        return handle.createQuery(COLUMNS + " AND name > :after ORDER BY name LIMIT :limit")
                .bind("tenant", tenant.value())
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) -> workflow(row))
                .list();
    }

    static List<Workflow> active(Handle handle, TenantId tenant) {
        return handle.createQuery(COLUMNS + " AND is_active ORDER BY id")
                .bind("tenant", tenant.value())
                .map((row, context) -> workflow(row))
                .list();
    }

    static Optional<Workflow> byId(Handle handle, TenantId tenant, UUID id) {
        return handle.createQuery(COLUMNS + " AND id = :id")
                .bind("tenant", tenant.value())
                .bind("id", id)
                .map((row, context) -> workflow(row))
                .findOne();
    }

    static boolean insert(Handle handle, TenantId tenant, UUID id, WorkflowDraft draft) {
        return bind(handle.createUpdate(INSERT), tenant, id, draft)
                        .bind("name", draft.name())
                        .execute()
                == 1;
    }

    static boolean update(Handle handle, TenantId tenant, UUID id, WorkflowDraft draft, int version) {
        return bind(handle.createUpdate(UPDATE), tenant, id, draft)
                        .bind("version", version)
                        .execute()
                == 1;
    }

    static boolean deactivate(Handle handle, TenantId tenant, UUID id, int version) {
        return handle.createUpdate(
                                """
                                UPDATE notification_workflows
                                   SET is_active = false, version = version + 1, updated_at = now()
                                 WHERE tenant_id = :tenant AND id = :id AND version = :version
                                """)
                        .bind("tenant", tenant.value())
                        .bind("id", id)
                        .bind("version", version)
                        .execute()
                == 1;
    }

    private static Update bind(Update update, TenantId tenant, UUID id, WorkflowDraft draft) {
        return update.bind("tenant", tenant.value())
                .bind("id", id)
                .bind("trigger", draft.triggerEvent())
                .bind("conditions", draft.conditions().toString())
                .bind("actions", draft.actions().toString())
                .bind("active", draft.active());
    }

    static void keepVersion(Handle handle, TenantId tenant, UUID id, String actor) {
        handle.createUpdate(KEEP_VERSION)
                .bind("tenant", tenant.value())
                .bind("id", id)
                .bind("actor", actor)
                .execute();
    }

    private static Workflow workflow(ResultSet row) throws SQLException {
        return new Workflow(
                row.getObject("id", UUID.class),
                row.getString("name"),
                row.getString("trigger_event"),
                row.getString("conditions"),
                row.getString("actions"),
                row.getInt("version"),
                row.getBoolean("is_active"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("updated_at", OffsetDateTime.class).toInstant());
    }
}
