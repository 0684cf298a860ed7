package dev.seneschal.api.event;

import dev.seneschal.api.tenant.TenantId;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * Consecutive events of one channel.
 *
 * @param tenant whose events they are
 * @param channel the channel
 * @param events in order, at least one
 * @param transaction the transaction that moves the consumer's position, in the tenant's scope; valid during the call
 */
public record EventBatch(TenantId tenant, String channel, List<StoredEvent> events, Handle transaction) {}
