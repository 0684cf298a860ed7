package dev.seneschal.audit.note;

import dev.seneschal.audit.tree.Hashes;
import java.util.Base64;

/**
 * The size and root of a log at one moment, as C2SP tlog-checkpoint writes it.
 *
 * @param origin the log's name
 * @param size how many entries it had
 * @param root the tree's root
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Checkpoint(String origin, long size, byte[] root) {

    /** Returns the three lines that are signed. */
    public String body() {
        return origin + "\n" + size + "\n" + Base64.getEncoder().encodeToString(root) + "\n";
    }

    /**
     * Reads the three lines; further ones are extensions and ignored.
     *
     * @throws IllegalArgumentException if it is no checkpoint
     */
    public static Checkpoint parse(String body) {
        var lines = body.split("\n", -1);
        if (lines.length < 4 || lines[0].isEmpty() || !lines[1].matches("0|[1-9][0-9]{0,17}")) {
            throw new IllegalArgumentException("Not a checkpoint: it needs the lines origin, size and root.");
        }
        var root = Base64.getDecoder().decode(lines[2]);
        if (root.length != Hashes.LENGTH) {
            throw new IllegalArgumentException("Not a checkpoint: the root has " + root.length + " bytes, not 32.");
        }
        return new Checkpoint(lines[0], Long.parseLong(lines[1]), root);
    }
}
