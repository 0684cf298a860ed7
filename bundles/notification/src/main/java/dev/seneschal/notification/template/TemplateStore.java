package dev.seneschal.notification.template;

import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.notification.sandbox.TemplateSource;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;

/** The rows of templates and of their versions. */
public final class TemplateStore {

    private static final String COLUMNS =
            """
            SELECT id, name, category, subject_template, body_template, html_template, variables::text AS variables,
                   version, is_active, created_at, updated_at
              FROM notification_templates
             WHERE tenant_id = :tenant
            """;

    private static final String INSERT =
            """
            INSERT INTO notification_templates (tenant_id, id, name, category, subject_template, body_template,
                                                html_template, variables, version, is_active)
            VALUES (:tenant, :id, :name, :category, :subject, :text, :html, CAST(:variables AS jsonb), 1, :active)
            ON CONFLICT (tenant_id, name) DO NOTHING
            """;

    private static final String UPDATE =
            """
            UPDATE notification_templates
               SET category = :category, subject_template = :subject, body_template = :text, html_template = :html,
                   variables = CAST(:variables AS jsonb), is_active = :active, version = version + 1, updated_at = now()
             WHERE tenant_id = :tenant AND id = :id AND version = :version
            """;

    private static final String KEEP_VERSION =
            """
            INSERT INTO notification_template_versions (tenant_id, template_id, version, subject_template, body_template,
                                                        html_template, variables, category, created_by)
            SELECT tenant_id, id, version, subject_template, body_template, html_template, variables, category, :actor
              FROM notification_templates
             WHERE tenant_id = :tenant AND id = :id
            """;

    private static final String VERSION =
            """
            SELECT subject_template, body_template, html_template
              FROM notification_template_versions
             WHERE tenant_id = :tenant AND template_id = :id AND version = :version
            """;

    private TemplateStore() {}

    /** Returns templates by name, after the cursor. */
    static List<Template> list(Handle handle, TenantId tenant, String after, int limit) {
        return handle.createQuery(COLUMNS + " AND name > :after ORDER BY name LIMIT :limit")
                .bind("tenant", tenant.value())
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) -> template(row))
                .list();
    }

    static Optional<Template> byId(Handle handle, TenantId tenant, UUID id) {
        return handle.createQuery(COLUMNS + " AND id = :id")
                .bind("tenant", tenant.value())
                .bind("id", id)
                .map((row, context) -> template(row))
                .findOne();
    }

    /** Returns the template of that name, active or not. */
    public static Optional<Template> byName(Handle handle, TenantId tenant, String name) {
        return handle.createQuery(COLUMNS + " AND name = :name")
                .bind("tenant", tenant.value())
                .bind("name", name)
                .map((row, context) -> template(row))
                .findOne();
    }

    /** Returns the source of one version, which never changes. */
    public static TemplateSource source(Handle handle, TenantId tenant, UUID id, int version) {
        return handle.createQuery(VERSION)
                .bind("tenant", tenant.value())
                .bind("id", id)
                .bind("version", version)
                .map((row, context) -> source(row))
                .one();
    }

    static boolean insert(Handle handle, TenantId tenant, UUID id, TemplateDraft draft) {
        return bind(handle.createUpdate(INSERT), tenant, id, draft)
                        .bind("name", draft.name())
                        .execute()
                == 1;
    }

    static boolean update(Handle handle, TenantId tenant, UUID id, TemplateDraft draft, int version) {
        return bind(handle.createUpdate(UPDATE), tenant, id, draft)
                        .bind("version", version)
                        .execute()
                == 1;
    }

    private static Update bind(Update update, TenantId tenant, UUID id, TemplateDraft draft) {
        return update.bind("tenant", tenant.value())
                .bind("id", id)
                .bind("category", draft.category())
                .bind("subject", draft.source().subject())
                .bind("text", draft.source().text())
                .bind("html", draft.source().html())
                .bind("variables", draft.variables())
                .bind("active", draft.active());
    }

    static void keepVersion(Handle handle, TenantId tenant, UUID id, String actor) {
        handle.createUpdate(KEEP_VERSION)
                .bind("tenant", tenant.value())
                .bind("id", id)
                .bind("actor", actor)
                .execute();
    }

    private static Template template(ResultSet row) throws SQLException {
        return new Template(
                row.getObject("id", UUID.class),
                row.getString("name"),
                row.getString("category"),
                source(row),
                row.getString("variables"),
                row.getInt("version"),
                row.getBoolean("is_active"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("updated_at", OffsetDateTime.class).toInstant());
    }

    private static TemplateSource source(ResultSet row) throws SQLException {
        return new TemplateSource(
                row.getString("subject_template"), row.getString("body_template"), row.getString("html_template"));
    }
}
