package dev.seneschal.audit.check;

import java.util.ArrayList;
import java.util.List;

/** Collects faults, counting all and keeping the first thousand. Not thread safe. */
public final class Findings {

    private static final int KEPT = 1_000;

    private final List<Finding> kept = new ArrayList<>();
    private long count;

    /** Adds a fault. */
    public void add(Finding.Kind kind, long index, String entry, String detail) {
        count++;
        if (kept.size() < KEPT) {
            kept.add(new Finding(kind, index, entry, detail));
        }
    }

    /** Returns how many there are. */
    public long count() {
        return count;
    }

    /** Returns those kept. */
    public List<Finding> kept() {
        return List.copyOf(kept);
    }
}
