package dev.seneschal.api.job;

import dev.seneschal.api.tenant.TenantId;
import java.time.Instant;
import java.util.UUID;

/**
 * A piece of due work, as its handler gets it.
 *
 * @param id a UUIDv7; the same on every attempt, so it serves as an idempotency key
 * @param tenant whose work it is
 * @param type what kind of work
 * @param payload JSON text
 * @param attempt 1 on the first attempt
 * @param dueAt when it became due
 */
public record Job(UUID id, TenantId tenant, String type, String payload, int attempt, Instant dueAt) {}
