package dev.seneschal.api.job;

import dev.seneschal.api.tenant.TenantId;
import java.time.Instant;
import java.util.UUID;

/**
 * How a job stands.
 *
 * @param id its identifier
 * @param tenant whose work it is
 * @param type what kind of work
 * @param state where it stands
 * @param priority 0 to 100
 * @param attempt how many attempts have begun
 * @param dueAt when it is or was due
 * @param detail why it waits or failed, or an empty string
 */
public record JobSummary(
        UUID id, TenantId tenant, String type, State state, int priority, int attempt, Instant dueAt, String detail) {

    /** The life of a job. */
    public enum State {
        /** Waits until it is due, or for a free worker. */
        PENDING,
        /** Waits for a handler of its type to be registered. */
        PARKED,
        /** Leased by a node. */
        RUNNING,
        /** Done. */
        DONE,
        /** Gave up; the detail says why. */
        FAILED,
        /** Withdrawn before it began. */
        CANCELLED
    }
}
