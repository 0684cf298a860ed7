package dev.seneschal.notification.delivery;

import dev.seneschal.api.tenant.TenantId;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The rows of deliveries, as the deliverer moves them. */
final class DeliveryStore {

    private static final String FIND =
            """
            SELECT d.workflow_id, d.workflow_version, w.name AS workflow_name, d.recipient_id, d.template_id,
                   d.template_version, d.status, d.attempts, d.attempt_token, d.event_uid, d.event::text AS event
              FROM notification_deliveries d
              JOIN notification_workflows w ON w.tenant_id = d.tenant_id AND w.id = d.workflow_id
             WHERE d.tenant_id = :tenant AND d.id = :id
            """;

    private static final String BEGIN =
            """
            UPDATE notification_deliveries
               SET status = 'sending', attempts = attempts + 1, attempt_token = :token, sent_at = now(),
                   error_message = NULL,
                   history = history || jsonb_build_array(jsonb_build_object('at', now(), 'status', 'sending',
                                                                             'detail', CAST(:transport AS text)))
             WHERE tenant_id = :tenant AND id = :id AND status = 'pending'
            """;

    /** A later, certain answer may settle what was unknown; nothing else leaves a final state. */
    private static final String END =
            """
            UPDATE notification_deliveries
               SET status = :status,
                   delivered_at = CASE WHEN :status = 'delivered' THEN now() END,
                   error_message = :error,
                   history = history || jsonb_build_array(jsonb_build_object('at', now(), 'status', CAST(:status AS text),
                                                                             'detail', CAST(:detail AS text)))
             WHERE tenant_id = :tenant AND id = :id
               AND attempt_token IS NOT DISTINCT FROM CAST(:token AS uuid)
               AND (status IN ('pending', 'sending') OR status = 'unknown' AND :status <> 'unknown')
            """;

    private static final String NOTE =
            """
            UPDATE notification_deliveries
               SET error_message = :error
             WHERE tenant_id = :tenant AND id = :id AND status = 'pending' AND error_message IS DISTINCT FROM :error
            """;

    private DeliveryStore() {}

    static Optional<Row> find(Handle handle, TenantId tenant, UUID id) {
        return handle.createQuery(FIND)
                .bind("tenant", tenant.value())
                .bind("id", id)
                .map((row, context) -> new Row(
                        id,
                        row.getObject("workflow_id", UUID.class),
                        row.getInt("workflow_version"),
                        row.getString("workflow_name"),
                        row.getString("recipient_id"),
                        row.getObject("template_id", UUID.class),
                        row.getInt("template_version"),
                        Status.of(row.getString("status")).orElseThrow(),
                        row.getInt("attempts"),
                        row.getObject("attempt_token", UUID.class),
                        row.getObject("event_uid", UUID.class),
                        row.getString("event")))
                .findOne();
    }

    /** Marks that sending begins. Returns false if the delivery is not pending any more. */
    static boolean begin(Handle handle, TenantId tenant, UUID id, UUID token, String transport) {
        return handle.createUpdate(BEGIN)
                        .bind("tenant", tenant.value())
                        .bind("id", id)
                        .bind("token", token)
                        .bind("transport", transport)
                        .execute()
                == 1;
    }

    /** Moves a delivery on from the attempt of that token. Returns false if it has gone another way meanwhile. */
    static boolean end(
            Handle handle, TenantId tenant, UUID id, UUID token, Status status, String detail, boolean isError) {
        return handle.createUpdate(END)
                        .bind("tenant", tenant.value())
                        .bind("id", id)
                        .bind("token", token)
                        .bind("status", status.label())
                        .bind("detail", detail)
                        .bind("error", isError ? detail : null)
                        .execute()
                == 1;
    }

    /** Says why a pending delivery waits. */
    static void note(Handle handle, TenantId tenant, UUID id, String why) {
        handle.createUpdate(NOTE)
                .bind("tenant", tenant.value())
                .bind("id", id)
                .bind("error", why)
                .execute();
    }

    /** What the deliverer needs of a row. */
    record Row(
            UUID id,
            UUID workflow,
            int workflowVersion,
            String workflowName,
            String recipient,
            UUID template,
            int templateVersion,
            Status status,
            int attempts,
            UUID token,
            UUID event,
            String model) {}
}
