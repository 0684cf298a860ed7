package dev.seneschal.retention.run;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * The Merkle tree (RFC 6962) over the keys of a log row, each the UTF-8 text of a JSON array without spaces. Its root in the
 * journal proves which keys the row named, and of any one of them without showing the others.
 */
final class KeyTree {

    private KeyTree() {}

    /** Returns the root over one key or more, as hexadecimal digits. */
    static String root(List<List<String>> keys) {
        return HexFormat.of().formatHex(hash(keys.stream().map(DataLogs::json).toList()));
    }

    private static byte[] hash(List<String> texts) {
        if (texts.size() == 1) {
            return sha256(new byte[] {0}, texts.get(0).getBytes(StandardCharsets.UTF_8));
        }
        int left = Integer.highestOneBit(texts.size() - 1);
        return sha256(new byte[] {1}, hash(texts.subList(0, left)), hash(texts.subList(left, texts.size())));
    }

    private static byte[] sha256(byte[]... parts) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (var part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
