package dev.seneschal.audit.note;

import dev.seneschal.audit.tree.Hashes;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/** The public half of an Ed25519 note key: {@code name+id+key}, as C2SP signed-note prints it. Immutable. */
public final class VerifierKey {

    static final byte ED25519 = 1;
    static final int ID_LENGTH = 4;

    private static final byte[] X509_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");
    private static final int RAW_LENGTH = 32;

    private final String name;
    private final byte[] id;
    private final byte[] typed;
    private final PublicKey key;

    private VerifierKey(String name, byte[] typed) {
        this.name = name;
        this.typed = typed;
        this.id = id(name, typed);
        try {
            var raw = Arrays.copyOfRange(typed, 1, typed.length);
            this.key =
                    KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(concat(X509_PREFIX, raw)));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("Not an Ed25519 key: " + e.getMessage(), e);
        }
    }

    /** Returns the key of that name. */
    static VerifierKey of(String name, PublicKey key) {
        var encoded = key.getEncoded();
        var raw = Arrays.copyOfRange(encoded, encoded.length - RAW_LENGTH, encoded.length);
        return new VerifierKey(name, concat(new byte[] {ED25519}, raw));
    }

    /**
     * Reads a printed key.
     *
     * @throws IllegalArgumentException if it is none, or its parts do not belong together
     */
    public static VerifierKey parse(String text) {
        var parts = text.strip().split("\\+", 3);
        if (parts.length != 3 || parts[0].isEmpty()) {
            throw new IllegalArgumentException("Not a verifier key: it must be name+id+key.");
        }
        var typed = Base64.getDecoder().decode(parts[2]);
        if (typed.length != RAW_LENGTH + 1 || typed[0] != ED25519) {
            throw new IllegalArgumentException("Not an Ed25519 verifier key.");
        }
        var key = new VerifierKey(parts[0], typed);
        if (!HexFormat.of().formatHex(key.id).equals(parts[1])) {
            throw new IllegalArgumentException("The verifier key's id does not belong to its name and key.");
        }
        return key;
    }

    /** Returns the name, which is also the log's origin. */
    public String name() {
        return name;
    }

    byte[] id() {
        return id.clone();
    }

    boolean verifies(byte[] message, byte[] signature) {
        try {
            var verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(key);
            verifier.update(message);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            // A signature of the wrong length or form is a wrong signature.
            return false;
        }
    }

    private static byte[] id(String name, byte[] typed) {
        var digest = Hashes.sha256();
        digest.update(name.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) '\n');
        digest.update(typed);
        return Arrays.copyOf(digest.digest(), ID_LENGTH);
    }

    private static byte[] concat(byte[] first, byte[] second) {
        var both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VerifierKey that && toString().equals(that.toString());
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }

    @Override
    public String toString() {
        return name + "+" + HexFormat.of().formatHex(id) + "+"
                + Base64.getEncoder().encodeToString(typed);
    }
}
