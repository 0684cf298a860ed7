package dev.seneschal.eventlog.consumer;

import dev.seneschal.api.tenant.TenantId;
import java.time.Instant;
import java.util.UUID;

/**
 * An event a consumer could not process.
 *
 * @param id its identifier
 * @param consumer who could not
 * @param tenant whose event it is
 * @param channel the channel it stands in
 * @param offset its place there
 * @param type the event's type
 * @param error what the consumer threw last
 * @param attempts how often it was tried
 * @param failedAt when it was tried last
 * @param redeliver whether somebody has asked to deliver it again
 */
public record DeadLetter(
        UUID id,
        String consumer,
        TenantId tenant,
        String channel,
        long offset,
        String type,
        String error,
        int attempts,
        Instant failedAt,
        boolean redeliver) {}
