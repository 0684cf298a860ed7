package dev.seneschal.audit.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class TreeBuilderTest {

    private static final HexFormat HEX = HexFormat.of();

    /** The leaves and roots with which implementations of RFC 6962 are compared. */
    private static final List<String> LEAVES =
            List.of("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f");

    private static final List<String> ROOTS = List.of(
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");

    @Test
    void hasTheRootsOfRfc6962() {
        var tree = new TreeBuilder((level, position, hashes) -> {});
        var roots = new ArrayList<String>();
        roots.add(HEX.formatHex(tree.root()));
        for (var leaf : LEAVES) {
            tree.append(Hashes.leaf(HEX.parseHex(leaf)));
            roots.add(HEX.formatHex(tree.root()));
        }
        assertThat(roots).isEqualTo(ROOTS);
    }

    @Test
    void hasTheRootTheRecursiveDefinitionGives() {
        var tree = new TreeBuilder((level, position, hashes) -> {});
        var leaves = new ArrayList<byte[]>();
        for (int size = 1; size <= 700; size++) {
            leaves.add(leaf(size));
            tree.append(leaf(size));
            if (size % 13 == 0 || Integer.bitCount(size) == 1) {
                assertThat(tree.root()).as("size %d", size).isEqualTo(definition(leaves));
            }
        }
    }

    /** RFC 6962 §2.1, word by word. */
    private static byte[] definition(List<byte[]> leaves) {
        if (leaves.size() == 1) {
            return leaves.get(0);
        }
        int k = Integer.highestOneBit(leaves.size() - 1);
        return Hashes.node(definition(leaves.subList(0, k)), definition(leaves.subList(k, leaves.size())));
    }

    @Test
    void continuesFromItsTilesAtAnySize() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        var random = new Random(seed);
        var whole = new TreeBuilder((level, position, hashes) -> {});
        var kept = new HashMap<String, byte[]>();
        Tiles tiles = (level, position) -> kept.get(level + "/" + position);
        Tiles.Sink sink = (level, position, hashes) -> kept.put(level + "/" + position, hashes);
        var roots = new HashMap<Long, byte[]>();
        long size = 0;
        while (size < 140_000) {
            var part = TreeBuilder.resume(size, tiles, sink);
            int more = random.nextInt(5) == 0 ? 1 + random.nextInt(20_000) : 1 + random.nextInt(300);
            for (int i = 0; i < more; i++) {
                whole.append(leaf(size + i));
                part.append(leaf(size + i));
            }
            part.flush();
            size += more;
            assertThat(part.root()).as("size %d", size).isEqualTo(whole.root());
            roots.put(size, whole.root());
        }
        for (Map.Entry<Long, byte[]> earlier : roots.entrySet()) {
            assertThat(TreeBuilder.resume(earlier.getKey(), tiles, sink).root())
                    .as("size %d, from the tiles of a larger tree", earlier.getKey())
                    .isEqualTo(earlier.getValue());
        }
    }

    @Test
    void refusesToContinueWithoutATile() {
        assertThatThrownBy(() -> TreeBuilder.resume(3, (level, position) -> null, (level, position, hashes) -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Tile 0 of level 0");
    }

    private static byte[] leaf(long number) {
        return Hashes.leaf(
                Arrays.copyOf(ByteBuffer.allocate(Long.BYTES).putLong(number).array(), Long.BYTES));
    }
}
