package dev.seneschal.eventlog.append;

import dev.seneschal.api.event.Position;
import dev.seneschal.api.tenant.TenantId;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * One caller's events, which go in together or not at all.
 *
 * @param tenant whose events they are
 * @param entries the events, in order
 * @param bytes what they hold in memory, about
 * @param result the caller's answer
 */
record Request(TenantId tenant, List<Entry> entries, long bytes, CompletableFuture<List<Position>> result) {

    int size() {
        return entries.size();
    }
}
