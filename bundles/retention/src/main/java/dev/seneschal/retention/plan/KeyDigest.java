package dev.seneschal.retention.plan;

import java.math.BigInteger;

/**
 * A digest over a set of row keys that does not depend on their order: count, XOR and sum of PostgreSQL's own hashes of
 * them. {@link Planner} has PostgreSQL compute it over a table; here it is computed over what was exported. Not thread safe.
 */
public final class KeyDigest {

    private long xor;
    private BigInteger sum = BigInteger.ZERO;
    private long count;

    /** Adds the hash of a key. */
    public void add(long hash) {
        xor ^= hash;
        sum = sum.add(BigInteger.valueOf(hash));
        count++;
    }

    /** Adds what another digest covers. */
    public void add(KeyDigest other) {
        xor ^= other.xor;
        sum = sum.add(other.sum);
        count += other.count;
    }

    /** Reads a digest written by {@link #toString}. */
    public static KeyDigest parse(String text) {
        var parts = text.split(":", -1);
        var digest = new KeyDigest();
        digest.count = Long.parseLong(parts[0]);
        digest.xor = Long.parseLong(parts[1]);
        digest.sum = new BigInteger(parts[2]);
        return digest;
    }

    @Override
    public String toString() {
        return count + ":" + xor + ":" + sum;
    }
}
