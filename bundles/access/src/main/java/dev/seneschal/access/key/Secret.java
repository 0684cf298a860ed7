package dev.seneschal.access.key;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The text a key's holder sends: {@code snk_} and 256 random bits in base64url. The marker lets secret scanners find keys
 * that were committed by mistake.
 */
record Secret(String text) {

    private static final Pattern FORM = Pattern.compile("snk_[A-Za-z0-9_-]{43}");
    private static final int PREFIX = 12;
    private static final int BYTES = 32;

    static Secret generate() {
        var bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        return new Secret("snk_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    static Optional<Secret> parse(String text) {
        return FORM.matcher(text).matches() ? Optional.of(new Secret(text)) : Optional.empty();
    }

    String prefix() {
        return text.substring(0, PREFIX);
    }

    byte[] hash() {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return prefix() + "…";
    }
}
