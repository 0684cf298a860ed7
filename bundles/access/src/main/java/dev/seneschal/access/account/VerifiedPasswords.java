package dev.seneschal.access.account;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Remembers for a moment which password was right, so that the realm, whose hash is slow on purpose, is not asked on every
 * request. Holds no password, only a MAC of it under a key that lives as long as this object. Safe for use by any thread.
 */
final class VerifiedPasswords {

    private static final String MAC = "HmacSHA256";
    private static final int REMEMBERED = 1_000;

    private final SecretKeySpec key;
    private final Duration life;
    private final Clock clock;
    private final Map<String, Verified> byAccount = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Verified> eldest) {
            return size() > REMEMBERED;
        }
    };

    VerifiedPasswords(Duration life, Clock clock) {
        var bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        this.key = new SecretKeySpec(bytes, MAC);
        this.life = life;
        this.clock = clock;
    }

    Optional<Set<String>> roles(String account, String password) {
        Verified verified;
        synchronized (byAccount) {
            verified = byAccount.get(account);
        }
        if (verified == null || !verified.until.isAfter(clock.instant())) {
            return Optional.empty();
        }
        return MessageDigest.isEqual(verified.mac, mac(account, password))
                ? Optional.of(verified.roles)
                : Optional.empty();
    }

    void remember(String account, String password, Set<String> roles) {
        var verified = new Verified(
                mac(account, password), Set.copyOf(roles), clock.instant().plus(life));
        synchronized (byAccount) {
            byAccount.put(account, verified);
        }
    }

    private byte[] mac(String account, String password) {
        try {
            var mac = Mac.getInstance(MAC);
            mac.init(key);
            mac.update(account.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            return mac.doFinal(password.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has " + MAC, e);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared as a record
    private record Verified(byte[] mac, Set<String> roles, Instant until) {}
}
