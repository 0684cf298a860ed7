package dev.seneschal.api.access;

import dev.seneschal.api.tenant.TenantId;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.osgi.annotation.versioning.ProviderType;

/** Authenticates callers and keeps their keys. Safe for use by any thread. */
@ProviderType
public interface Access {

    /**
     * Authenticates by what an {@code Authorization} header carries: {@code Basic} for local accounts (RFC 7617) or
     * {@code Bearer} for API keys (RFC 6750).
     *
     * @param authorization the header's value, or null
     * @param remote the peer's address, for the log and for slowing down guesses
     * @throws AuthenticationException if it proves nothing; the message says no more than that
     */
    Caller authenticate(String authorization, String remote);

    /**
     * Creates an API key.
     *
     * @param name unique within the tenant, 1 to 100 characters
     * @param permissions at least one; each one of {@link Permissions#ALL}, or a wildcard
     * @param expiresAt when it ends, or null
     * @param actor who asks, for the journal
     * @return the key; it is shown here once and never again
     */
    CreatedKey createKey(TenantId tenant, String name, Set<String> permissions, Instant expiresAt, String actor);

    /** Returns the tenant's keys, newest first, without their secrets. */
    List<ApiKey> keys(TenantId tenant);

    /** Revokes a key. Returns whether it was valid until now. */
    boolean revokeKey(TenantId tenant, UUID id, String actor);

    /**
     * A key and its secret.
     *
     * @param key the key
     * @param secret what the holder sends as Bearer token
     */
    record CreatedKey(ApiKey key, String secret) {}

    /**
     * A key without its secret.
     *
     * @param id its identifier
     * @param tenant the only tenant it may act for
     * @param name its name
     * @param prefix the first characters of the secret, to recognise it by
     * @param permissions what it may do
     * @param createdAt when it was created
     * @param expiresAt when it ends, or null
     * @param revokedAt when it was revoked, or null
     */
    record ApiKey(
            UUID id,
            TenantId tenant,
            String name,
            String prefix,
            Set<String> permissions,
            Instant createdAt,
            Instant expiresAt,
            Instant revokedAt) {}
}
