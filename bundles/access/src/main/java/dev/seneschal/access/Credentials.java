package dev.seneschal.access;

import dev.seneschal.api.access.AuthenticationException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;

/** What an {@code Authorization} header carries. */
sealed interface Credentials {

    /** An account and its password. */
    record Password(String account, String password) implements Credentials {}

    /** The secret of an API key. */
    record Token(String secret) implements Credentials {}

    /**
     * Reads the header's value.
     *
     * @throws AuthenticationException if it is missing or of no form known here
     */
    static Credentials parse(String header) {
        if (header == null || header.isBlank()) {
            throw new AuthenticationException("Credentials are missing.", null);
        }
        var parts = header.strip().split(" +", 2);
        if (parts.length < 2) {
            throw malformed();
        }
        return switch (parts[0].toLowerCase(Locale.ROOT)) {
            case "basic" -> password(parts[1]);
            case "bearer" -> new Token(parts[1]);
            default -> throw malformed();
        };
    }

    private static Password password(String encoded) {
        try {
            var text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Base64.getDecoder().decode(encoded)))
                    .toString();
            int colon = text.indexOf(':');
            if (colon < 1
                    || colon > 255
                    || text.length() - colon > 1_024
                    || text.chars().anyMatch(Character::isISOControl)) {
                throw malformed();
            }
            return new Password(text.substring(0, colon), text.substring(colon + 1));
        } catch (IllegalArgumentException | CharacterCodingException e) {
            throw malformed();
        }
    }

    private static AuthenticationException malformed() {
        return new AuthenticationException("The credentials are neither Basic nor Bearer.", null);
    }
}
