package dev.seneschal.notification.delivery;

import dev.seneschal.api.event.StoredEvent;
import java.util.UUID;

/**
 * That a workflow's action is to happen because of an event, or why it cannot.
 *
 * @param workflow the workflow
 * @param workflowVersion its version
 * @param recipient the address, or an empty string if there is none
 * @param template the template, or null if there is none
 * @param templateVersion its version
 * @param event the event
 * @param model what the template will see, JSON text
 * @param why what led here, JSON text
 * @param fault why it cannot happen, or null
 */
public record Decision(
        UUID workflow,
        int workflowVersion,
        String recipient,
        UUID template,
        int templateVersion,
        StoredEvent event,
        String model,
        String why,
        String fault) {}
