package dev.seneschal.audit.tree;

/**
 * Where the hashes of a tree are kept, in tiles of up to {@value #WIDTH}: tile {@code p} of level {@code l} holds the roots
 * of the complete subtrees with 256^l leaves from number {@code 256 p} on. The layout is that of C2SP tlog-tiles.
 */
@FunctionalInterface
public interface Tiles {

    /** Hashes in a full tile. */
    int WIDTH = 256;

    /** Returns the hashes of a tile one after the other, or null if there is no such tile. */
    byte[] tile(int level, long position);

    /** Receives tiles that are new or have grown. */
    @FunctionalInterface
    interface Sink {
        /** Takes a tile whole. */
        void tile(int level, long position, byte[] hashes);
    }
}
