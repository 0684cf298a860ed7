package dev.seneschal.notification.workflow;

import java.time.Instant;
import java.util.UUID;

/**
 * A workflow, in one version.
 *
 * @param id its identifier
 * @param name what operators call it; never changes
 * @param triggerEvent an event type, or the beginning of one followed by {@code *}
 * @param conditions JsonLogic, JSON text
 * @param actions JSON text of a list of actions
 * @param version counts up with every change
 * @param active whether events trigger it
 * @param createdAt when it was created
 * @param updatedAt when this version was made
 */
public record Workflow(
        UUID id,
        String name,
        String triggerEvent,
        String conditions,
        String actions,
        int version,
        boolean active,
        Instant createdAt,
        Instant updatedAt) {

    /** Returns what the journal calls this version. */
    public String reference() {
        return id + "@" + version;
    }
}
