package dev.seneschal.api.tenant;

import java.time.Instant;

/**
 * A tenant.
 *
 * @param id its name
 * @param title what people call it
 * @param createdAt when it was created
 */
public record Tenant(TenantId id, String title, Instant createdAt) {}
