package dev.seneschal.notification.delivery;

import dev.seneschal.api.http.Problem;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.api.tenant.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Shows deliveries and why they are what they are. Safe for use by any thread. */
@Component(service = Deliveries.class)
public final class Deliveries {

    private static final String COLUMNS =
            """
            SELECT d.id, d.workflow_id, w.name AS workflow_name, d.workflow_version, d.template_id, t.name AS template_name,
                   d.template_version, d.recipient_id, d.status, d.attempts, d.event_uid,
                   d.event #>> '{event,type}' AS event_type, d.created_at, d.sent_at, d.delivered_at, d.error_message
              FROM notification_deliveries d
              JOIN notification_workflows w ON w.tenant_id = d.tenant_id AND w.id = d.workflow_id
              LEFT JOIN notification_templates t ON t.tenant_id = d.tenant_id AND t.id = d.template_id
             WHERE d.tenant_id = :tenant
            """;

    private static final String WHY =
            """
            SELECT jsonb_build_object('event', event -> 'event', 'decision', why, 'history', history)::text
              FROM notification_deliveries
             WHERE tenant_id = :tenant AND id = :id
            """;

    private final Storage storage;

    /** Makes the service. */
    @Activate
    public Deliveries(@Reference(target = "(schema=notification)") Storage storage) {
        this.storage = storage;
    }

    /**
     * Returns deliveries, newest first.
     *
     * @param status in which state, or null for all
     * @param before older than this one, or null for the newest
     */
    public List<Delivery> list(TenantId tenant, Status status, UUID before, int limit) {
        var sql = COLUMNS
                + (status == null ? "" : " AND d.status = :status")
                + (before == null ? "" : " AND d.id < :before")
                + " ORDER BY d.id DESC LIMIT :limit";
        return storage.tenant(tenant).read(handle -> {
            var query = handle.createQuery(sql).bind("tenant", tenant.value()).bind("limit", limit);
            if (status != null) {
                query.bind("status", status.label());
            }
            if (before != null) {
                query.bind("before", before);
            }
            return query.map((row, context) -> delivery(row)).list();
        });
    }

    /**
     * Returns a delivery.
     *
     * @throws Problem 404 if there is none
     */
    public Delivery get(TenantId tenant, UUID id) {
        return storage.tenant(tenant)
                .read(handle -> handle.createQuery(COLUMNS + " AND d.id = :id")
                        .bind("tenant", tenant.value())
                        .bind("id", id)
                        .map((row, context) -> delivery(row))
                        .findOne())
                .orElseThrow(() -> absent(id));
    }

    /**
     * Returns why a delivery is what it is: the event, what the workflow looked at, and every attempt; JSON text.
     *
     * @throws Problem 404 if there is none
     */
    public String why(TenantId tenant, UUID id) {
        return storage.tenant(tenant)
                .read(handle -> handle.createQuery(WHY)
                        .bind("tenant", tenant.value())
                        .bind("id", id)
                        .mapTo(String.class)
                        .findOne())
                .orElseThrow(() -> absent(id));
    }

    private static Problem absent(UUID id) {
        return new Problem(404, "There is no delivery " + id + ".");
    }

    private static Delivery delivery(ResultSet row) throws SQLException {
        return new Delivery(
                row.getObject("id", UUID.class),
                row.getObject("workflow_id", UUID.class),
                row.getString("workflow_name"),
                row.getInt("workflow_version"),
                row.getObject("template_id", UUID.class),
                row.getString("template_name"),
                row.getObject("template_version", Integer.class),
                row.getString("recipient_id"),
                Status.valueOf(row.getString("status").toUpperCase(Locale.ROOT)),
                row.getInt("attempts"),
                row.getObject("event_uid", UUID.class),
                row.getString("event_type"),
                instant(row, "created_at"),
                instant(row, "sent_at"),
                instant(row, "delivered_at"),
                row.getString("error_message"));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        var value = row.getObject(column, OffsetDateTime.class);
        return value == null ? null : value.toInstant();
    }
}
