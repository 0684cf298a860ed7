package dev.seneschal.notification.delivery;

import java.time.Instant;
import java.util.UUID;

/**
 * A delivery as it is shown.
 *
 * @param id its identifier; the Message-ID is made of it
 * @param workflowId the workflow that decided on it
 * @param workflowName its name
 * @param workflowVersion the version that decided
 * @param templateId the template, or null if there was none
 * @param templateName its name, or null
 * @param templateVersion the version it is rendered with, or null
 * @param recipient the address, or an empty string if none could be found
 * @param status where it stands
 * @param attempts how often it was handed to a transport
 * @param eventUid the event that led to it
 * @param eventType the event's type
 * @param createdAt when it was decided on
 * @param sentAt when handing it to the transport began, or null
 * @param deliveredAt when the next hop took responsibility, or null
 * @param error why it waits or ended as it did, or null
 */
public record Delivery(
        UUID id,
        UUID workflowId,
        String workflowName,
        int workflowVersion,
        UUID templateId,
        String templateName,
        Integer templateVersion,
        String recipient,
        Status status,
        int attempts,
        UUID eventUid,
        String eventType,
        Instant createdAt,
        Instant sentAt,
        Instant deliveredAt,
        String error) {}
