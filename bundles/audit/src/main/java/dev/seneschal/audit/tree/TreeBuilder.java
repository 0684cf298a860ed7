package dev.seneschal.audit.tree;

import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Grows an RFC 6962 tree leaf by leaf and says its root at any moment. It holds the roots of the complete subtrees at the
 * right edge and the tiles that are not full yet, so memory is a few kilobytes whatever the size. Not thread safe.
 */
public final class TreeBuilder {

    /** Levels of the tree within one tile. */
    private static final int TILE_HEIGHT = 8;

    private final Tiles.Sink sink;
    private final Deque<Subtree> edge = new ArrayDeque<>();
    private final List<Tile> tiles = new ArrayList<>();
    private long size;

    /** Starts an empty tree. */
    public TreeBuilder(Tiles.Sink sink) {
        this.sink = sink;
    }

    /**
     * Continues a tree of which the tiles are kept; they may belong to a larger tree.
     *
     * @throws IllegalStateException if a tile is missing or too short
     */
    public static TreeBuilder resume(long size, Tiles kept, Tiles.Sink sink) {
        var builder = new TreeBuilder(sink);
        builder.size = size;
        for (int level = 0; size >> (TILE_HEIGHT * level) > 0; level++) {
            builder.tiles.add(Tile.partial(kept, level, size >> (TILE_HEIGHT * level)));
        }
        for (int height = Long.SIZE - 2; height >= 0; height--) {
            if ((size >> height & 1) == 1) {
                builder.edge.push(builder.complete(height));
            }
        }
        return builder;
    }

    /** The roots on the edge lie in the partial tiles: what is in a full tile is part of a larger subtree. */
    private Subtree complete(int height) {
        long from = (size >> (height + 1)) << 1;
        int inTile = height % TILE_HEIGHT;
        var tile = tiles.get(height / TILE_HEIGHT);
        int first = (int) ((from << inTile) % Tiles.WIDTH);
        return new Subtree(height, tile.root(first, 1 << inTile));
    }

    /** Adds a leaf's hash. */
    public void append(byte[] leaf) {
        var subtree = new Subtree(0, leaf);
        keep(subtree);
        while (!edge.isEmpty() && edge.peek().height == subtree.height) {
            subtree = new Subtree(subtree.height + 1, Hashes.node(edge.pop().hash, subtree.hash));
            if (subtree.height % TILE_HEIGHT == 0) {
                keep(subtree);
            }
        }
        edge.push(subtree);
        size++;
    }

    private void keep(Subtree subtree) {
        int level = subtree.height / TILE_HEIGHT;
        if (level == tiles.size()) {
            tiles.add(new Tile(level, 0));
        }
        var tile = tiles.get(level);
        tile.add(subtree.hash);
        if (tile.isFull()) {
            sink.tile(level, tile.position, tile.bytes());
            tiles.set(level, new Tile(level, tile.position + 1));
        }
    }

    /** Hands the tiles that are not full, and have grown, to the sink. */
    public void flush() {
        for (var tile : tiles) {
            if (tile.grown) {
                sink.tile(tile.level, tile.position, tile.bytes());
                tile.grown = false;
            }
        }
    }

    /** Returns the number of leaves. */
    public long size() {
        return size;
    }

    /** Returns the root of the tree as it is now. */
    public byte[] root() {
        byte[] root = null;
        for (var subtree : edge) {
            root = root == null ? subtree.hash : Hashes.node(subtree.hash, root);
        }
        return root == null ? Hashes.empty() : root;
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Subtree(int height, byte[] hash) {}

    private static final class Tile {

        private final int level;
        private final long position;
        private final List<byte[]> hashes = new ArrayList<>();
        private boolean grown;

        Tile(int level, long position) {
            this.level = level;
            this.position = position;
        }

        static Tile partial(Tiles kept, int level, long hashes) {
            var tile = new Tile(level, hashes / Tiles.WIDTH);
            int width = (int) (hashes % Tiles.WIDTH);
            if (width == 0) {
                return tile;
            }
            var bytes = kept.tile(level, tile.position);
            if (bytes == null || bytes.length < width * Hashes.LENGTH) {
                throw new IllegalStateException("Tile " + tile.position + " of level " + level
                        + " of the journal's tree is missing or too short; audit:verify says what else is wrong.");
            }
            for (int i = 0; i < width; i++) {
                tile.hashes.add(Arrays.copyOfRange(bytes, i * Hashes.LENGTH, (i + 1) * Hashes.LENGTH));
            }
            return tile;
        }

        void add(byte[] hash) {
            hashes.add(hash);
            grown = true;
        }

        boolean isFull() {
            return hashes.size() == Tiles.WIDTH;
        }

        byte[] root(int from, int count) {
            if (count == 1) {
                return hashes.get(from);
            }
            return Hashes.node(root(from, count / 2), root(from + count / 2, count / 2));
        }

        byte[] bytes() {
            var out = new ByteArrayOutputStream(hashes.size() * Hashes.LENGTH);
            hashes.forEach(out::writeBytes);
            return out.toByteArray();
        }
    }
}
