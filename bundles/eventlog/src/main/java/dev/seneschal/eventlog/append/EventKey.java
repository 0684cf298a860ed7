package dev.seneschal.eventlog.append;

import dev.seneschal.api.event.CloudEvent;
import dev.seneschal.api.tenant.TenantId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * The 128 bits that stand for an event's tenant, source and id: half of a SHA-256, so that nobody can choose two events
 * that share them. Written as a UUID.
 */
final class EventKey {

    private EventKey() {}

    static String of(TenantId tenant, CloudEvent event) {
        var source = event.source().getBytes(StandardCharsets.UTF_8);
        var id = event.id().getBytes(StandardCharsets.UTF_8);
        var digest = sha256();
        // No tenant's name holds a NUL, and the source's length says where the id begins.
        digest.update(tenant.value().getBytes(StandardCharsets.UTF_8));
        digest.update(ByteBuffer.allocate(5).put((byte) 0).putInt(source.length).flip());
        digest.update(source);
        var hash = ByteBuffer.wrap(digest.digest(id));
        return new UUID(hash.getLong(), hash.getLong()).toString();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
