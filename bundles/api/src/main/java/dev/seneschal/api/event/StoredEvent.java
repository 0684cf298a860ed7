package dev.seneschal.api.event;

import dev.seneschal.api.tenant.TenantId;
import java.time.Instant;
import java.util.UUID;

/**
 * An event in the log. It never changes.
 *
 * @param uid the log's own identifier, a UUIDv7
 * @param tenant whose event it is
 * @param channel the channel it belongs to
 * @param offset its place in the channel: the first event has 1 and there are no gaps
 * @param recordedAt when it was appended, by the database's clock
 * @param event what the producer stated
 */
public record StoredEvent(
        UUID uid, TenantId tenant, String channel, long offset, Instant recordedAt, CloudEvent event) {}
