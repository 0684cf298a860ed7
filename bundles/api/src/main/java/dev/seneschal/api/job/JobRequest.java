package dev.seneschal.api.job;

import dev.seneschal.api.tenant.TenantId;
import java.time.Instant;
import java.util.Objects;

/**
 * Work to be done.
 *
 * @param tenant whose work it is
 * @param type what kind of work, 1 to 100 characters
 * @param payload JSON text, at most 256 KiB; better an identifier than a document
 * @param priority 0 to 100, higher first; 50 is ordinary
 * @param dueAt when it may begin, or null for now
 * @param key makes the request idempotent: a second request of the same tenant, type and key changes nothing, also after
 *     the first is done; or null
 * @param maxAttempts after how many failed attempts the job has failed, 1 to 100
 */
public record JobRequest(
        TenantId tenant, String type, String payload, int priority, Instant dueAt, String key, int maxAttempts) {

    /** The priority of ordinary work. */
    public static final int ORDINARY = 50;

    /** Checks presence and ranges. */
    public JobRequest {
        Objects.requireNonNull(tenant, "tenant");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(payload, "payload");
        if (priority < 0 || priority > 100) {
            throw new IllegalArgumentException("priority must be 0 to 100, not " + priority);
        }
        if (maxAttempts < 1 || maxAttempts > 100) {
            throw new IllegalArgumentException("maxAttempts must be 1 to 100, not " + maxAttempts);
        }
    }

    /** Returns ordinary work that is due now, with ten attempts. */
    public static JobRequest now(TenantId tenant, String type, String payload, String key) {
        return new JobRequest(tenant, type, payload, ORDINARY, null, key, 10);
    }
}
