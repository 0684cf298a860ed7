package dev.seneschal.access.account;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.apache.karaf.jaas.modules.encryption.EncryptionSupport;

/**
 * A password that nobody knows, stored as the realm stores those of its accounts. Checking another one against it takes as
 * long as for an account, so that an answer's delay does not tell which accounts there are. Safe for use by any thread.
 */
final class Decoy {

    private static final String ENCRYPTION = "encryption.";

    private volatile Stored stored;

    /**
     * Compares, to no end.
     *
     * @param options those of the realm's login module
     */
    void check(Map<String, ?> options, String password) {
        var encryption = new EncryptionSupport(options);
        var how = how(options);
        var current = stored;
        if (current == null || !current.how.equals(how)) {
            var secret = new byte[16];
            new SecureRandom().nextBytes(secret);
            current = new Stored(how, encryption.encrypt(HexFormat.of().formatHex(secret)));
            stored = current;
        }
        encryption.checkPassword(password, current.digest);
    }

    private static Map<String, String> how(Map<String, ?> options) {
        var how = new TreeMap<String, String>();
        options.forEach((key, value) -> {
            if (key.startsWith(ENCRYPTION)) {
                how.put(key, String.valueOf(value));
            }
        });
        return how;
    }

    private record Stored(Map<String, String> how, String digest) {}
}
