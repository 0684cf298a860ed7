package dev.seneschal.retention.segment;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Counts and hashes what passes. Not thread safe. */
final class HashingOutput extends FilterOutputStream {

    private final MessageDigest digest = Sha256.create();
    private long count;

    HashingOutput(OutputStream out) {
        super(out);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
        digest.update(bytes, offset, length);
        count += length;
    }

    long count() {
        return count;
    }

    /** Returns the hash in hexadecimal; nothing may be written after. */
    String sha256() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
