package dev.seneschal.audit.check;

import dev.seneschal.audit.check.Finding.Kind;
import dev.seneschal.audit.note.SignedNote;
import dev.seneschal.audit.tree.Hashes;
import dev.seneschal.audit.tree.Tiles;
import dev.seneschal.audit.tree.TreeBuilder;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Recomputes a whole log from its entries and compares it with the hashes that are kept of it and with every checkpoint:
 * those the log came with and those someone else kept. One pass, constant memory. Not thread safe; used once.
 *
 * <p>The kept leaf hashes decide which entry is named: as long as they have the signed roots, they are what was
 * committed to, and an entry that differs from its hash was changed.
 */
public final class LogCheck {

    /** More than this many displaced entries are not looked up one by one. */
    private static final int LOOKED_UP = 1_000;

    private final LogSource source;
    private final Expectations expectations;
    private final Findings findings;
    private final TreeBuilder tree = new TreeBuilder(this::compareTile);
    private final Map<String, Misfit> misfits = new HashMap<>();
    private byte[] leaves;
    private long leavesAt = -1;

    private LogCheck(LogSource source, List<SignedNote> given, Iterator<String> witnessed, Findings findings) {
        this.source = source;
        this.findings = findings;
        this.expectations = new Expectations(source, given, witnessed, findings);
    }

    /**
     * Verifies a log.
     *
     * @param given checkpoints someone kept, which the log must be an extension of
     * @param witnessed checkpoints kept beside the log, which it must be an extension of too, by ascending size
     * @param findings what is known to be wrong already; more is added
     * @throws IOException if the log cannot be read
     */
    public static Report run(LogSource source, List<SignedNote> given, Iterator<String> witnessed, Findings findings)
            throws IOException {
        var check = new LogCheck(source, given, witnessed, findings);
        source.entries(check::entry);
        check.finish();
        return new Report(
                source.origin(),
                check.tree.size(),
                check.expectations.covered(),
                check.expectations.compared(),
                findings.count(),
                findings.kept());
    }

    private void entry(long index, String id, byte[] leaf) {
        if (index < tree.size()) {
            findings.add(Kind.REORDERED, index, id, "a second entry at this place, or out of order");
            return;
        }
        while (tree.size() < index) {
            gap();
        }
        var kept = leaf(index);
        if (leaf == null) {
            findings.add(Kind.REMOVED, index, id, "the entry is gone; its place and its hash are still there");
        } else if (kept != null && !Arrays.equals(kept, leaf)) {
            misfit(index, id, leaf);
        }
        append(kept, leaf);
    }

    private void misfit(long index, String id, byte[] leaf) {
        if (misfits.size() < LOOKED_UP) {
            misfits.put(HexFormat.of().formatHex(leaf), new Misfit(index, id));
        } else {
            findings.add(Kind.CHANGED, index, id, "it is not what was committed to");
        }
    }

    private void gap() {
        findings.add(Kind.REMOVED, tree.size(), "", "no entry has this place");
        append(leaf(tree.size()), null);
    }

    private void append(byte[] kept, byte[] leaf) {
        if (kept == null) {
            findings.add(Kind.TILE, tree.size(), "", "the entry's hash is missing from the tree");
        }
        var hash = kept != null ? kept : leaf;
        tree.append(hash != null ? hash : new byte[Hashes.LENGTH]);
        expectations.compare(tree);
    }

    private void finish() {
        while (leaf(tree.size()) != null) {
            gap();
        }
        tree.flush();
        expectations.finish(tree.size());
        resolveMisfits();
    }

    /** An entry whose hash stands at another place was moved; one whose hash stands nowhere was changed. */
    private void resolveMisfits() {
        if (misfits.isEmpty()) {
            return;
        }
        for (long index = 0; index < tree.size(); index++) {
            var hash = leaf(index);
            var misfit = hash == null ? null : misfits.remove(HexFormat.of().formatHex(hash));
            if (misfit != null) {
                findings.add(Kind.REORDERED, misfit.index, misfit.id, "it was put at " + index + " and was moved here");
            }
        }
        misfits.values()
                .forEach(misfit -> findings.add(
                        Kind.CHANGED, misfit.index, misfit.id, "its content is not what was committed to"));
    }

    private byte[] leaf(long index) {
        long position = index / Tiles.WIDTH;
        if (position != leavesAt) {
            leaves = source.tile(0, position);
            leavesAt = position;
        }
        int from = (int) (index % Tiles.WIDTH) * Hashes.LENGTH;
        return leaves == null || leaves.length < from + Hashes.LENGTH
                ? null
                : Arrays.copyOfRange(leaves, from, from + Hashes.LENGTH);
    }

    private void compareTile(int level, long position, byte[] expected) {
        if (level == 0) {
            return;
        }
        var kept = source.tile(level, position);
        if (kept == null
                || kept.length < expected.length
                || !Arrays.equals(Arrays.copyOf(kept, expected.length), expected)) {
            findings.add(Kind.TILE, -1, "", "tile " + position + " of level " + level + " is not what its leaves make");
        }
    }

    private record Misfit(long index, String id) {}
}
