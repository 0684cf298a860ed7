package dev.seneschal.audit.tree;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The hashes of an RFC 6962 tree: a leaf and an inner node never have the same input. */
public final class Hashes {

    /** Bytes of a hash. */
    public static final int LENGTH = 32;

    private static final byte LEAF = 0;
    private static final byte NODE = 1;

    private Hashes() {}

    /** Returns the hash of the concatenated parts as a leaf. */
    public static byte[] leaf(byte[]... parts) {
        return hash(LEAF, parts);
    }

    /** Returns the hash of two subtrees. */
    static byte[] node(byte[] left, byte[] right) {
        return hash(NODE, left, right);
    }

    /** Returns the root of a tree without leaves. */
    static byte[] empty() {
        return sha256().digest();
    }

    /** Returns a fresh SHA-256. */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    private static byte[] hash(byte prefix, byte[]... parts) {
        var digest = sha256();
        digest.update(prefix);
        for (var part : parts) {
            digest.update(part);
        }
        return digest.digest();
    }
}
