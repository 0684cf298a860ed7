package dev.seneschal.realtime.connection;

/**
 * What a request carried to say who is asking. Not logged anywhere.
 *
 * @param authorization the {@code Authorization} header, or null
 * @param tenant the {@code Seneschal-Tenant} header, or null
 * @param remote the peer's address
 */
public record Credentials(String authorization, String tenant, String remote) {

    /** Returns these credentials with an API key that came in-band instead of the header. */
    public Credentials withToken(String token) {
        return new Credentials("Bearer " + token, tenant, remote);
    }

    @Override
    public String toString() {
        return "Credentials[remote=" + remote + "]";
    }
}
