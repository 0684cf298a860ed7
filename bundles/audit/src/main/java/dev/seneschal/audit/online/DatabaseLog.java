package dev.seneschal.audit.online;

import dev.seneschal.api.storage.Storage;
import dev.seneschal.audit.check.LogSource;
import dev.seneschal.audit.entry.EntryRow;
import dev.seneschal.audit.note.VerifierKey;
import dev.seneschal.audit.sequence.LogTables;
import dev.seneschal.audit.tree.Hashes;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import org.jdbi.v3.core.result.RowView;

/**
 * The log in the database as it was at one moment; what is added later is left out. Read in pages, so that no transaction
 * stays open. Not thread safe.
 */
final class DatabaseLog implements LogSource {

    private static final int PAGE = 2_000;

    private static final String ENTRIES =
            """
            SELECT s.leaf_index, s.entry_id, %s
              FROM audit_sequence s
              LEFT JOIN audit_entries e ON e.id = s.entry_id
             WHERE s.leaf_index >= :from AND s.leaf_index < :size
             ORDER BY s.leaf_index
             LIMIT :page"""
                    .formatted(EntryRow.COLUMNS);

    private static final String CHECKPOINTS =
            """
            SELECT tree_size, note
              FROM audit_checkpoints
             WHERE tree_size > :after AND tree_size <= :last
             ORDER BY tree_size
             LIMIT :page""";

    private final Storage storage;
    private final EntryRow rows = new EntryRow();
    private final List<VerifierKey> keys;
    private final String origin;
    private final Extent extent;

    DatabaseLog(Storage storage) {
        this.storage = storage;
        this.origin = storage.system().read(handle -> new LogTables(handle).origin());
        this.keys = storage.system().read(handle -> new LogTables(handle).keys());
        this.extent = storage.system().read(handle -> handle.createQuery(
                        """
                        SELECT (SELECT coalesce(max(leaf_index) + 1, 0) FROM audit_sequence) AS size,
                               (SELECT coalesce(max(tree_size), 0) FROM audit_checkpoints) AS signed""")
                .map((row, context) -> new Extent(row.getLong("size"), row.getLong("signed")))
                .one());
    }

    private record Extent(long size, long signed) {}

    long signed() {
        return extent.signed;
    }

    @Override
    public String origin() {
        return origin;
    }

    @Override
    public List<VerifierKey> keys() {
        return keys;
    }

    @Override
    public byte[] tile(int level, long position) {
        var hashes = storage.system().read(handle -> new LogTables(handle).tile(level, position));
        return hashes == null ? null : upTo(extent.size, level, position, hashes);
    }

    /** Cuts from a tile what belongs to a larger tree; returns null if nothing is left. */
    static byte[] upTo(long size, int level, long position, byte[] hashes) {
        long inTree = (size >> (8 * level)) - position * WIDTH;
        if (inTree <= 0) {
            return null;
        }
        return inTree * Hashes.LENGTH >= hashes.length ? hashes : Arrays.copyOf(hashes, (int) inTree * Hashes.LENGTH);
    }

    @Override
    public void entries(Visitor visitor) throws IOException {
        texts(extent.size, text -> visitor.entry(text.index(), text.id().toString(), text.leaf()));
    }

    /** Hands over the entries before a place, with the texts that were committed to. */
    void texts(long size, TextVisitor visitor) throws IOException {
        long from = 0;
        while (true) {
            stopIfInterrupted();
            var page = page(from, size);
            for (var text : page) {
                visitor.text(text);
            }
            if (page.size() < PAGE) {
                return;
            }
            from = page.get(page.size() - 1).index() + 1;
        }
    }

    private static void stopIfInterrupted() {
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("Interrupted while the journal was read");
        }
    }

    private List<EntryText> page(long from, long size) {
        return storage.system().read(handle -> handle.createQuery(ENTRIES)
                .bind("from", from)
                .bind("size", size)
                .bind("page", PAGE)
                .map((row, context) -> {
                    long index = row.getLong("leaf_index");
                    var id = row.getObject("entry_id", UUID.class);
                    var salt = row.getBytes("salt");
                    if (salt == null) {
                        return new EntryText(index, id, null, null);
                    }
                    try {
                        return new EntryText(index, id, salt, rows.read(row).canonical());
                    } catch (IllegalArgumentException e) {
                        // Not what was committed to, whatever it is; the comparison will say so.
                        return new EntryText(index, id, salt, "unreadable: " + e.getMessage());
                    }
                })
                .list());
    }

    /** Takes texts. */
    @FunctionalInterface
    interface TextVisitor {
        void text(EntryText text) throws IOException;
    }

    @Override
    public boolean endsWithCheckpoint() {
        return false;
    }

    @Override
    public Iterator<String> checkpoints() {
        return new Checkpoints();
    }

    private final class Checkpoints implements Iterator<String> {

        private final Deque<Signed> page = new ArrayDeque<>();
        private long after;

        @Override
        public boolean hasNext() {
            if (page.isEmpty() && after < extent.signed) {
                stopIfInterrupted();
                storage.system()
                        .run(handle -> page.addAll(handle.createQuery(CHECKPOINTS)
                                .bind("after", after)
                                .bind("last", extent.signed)
                                .bind("page", PAGE)
                                .reduceRows(new ArrayDeque<Signed>(), Checkpoints::add)));
                after = page.isEmpty() ? extent.signed : page.getLast().size;
            }
            return !page.isEmpty();
        }

        private static ArrayDeque<Signed> add(ArrayDeque<Signed> all, RowView row) {
            all.add(new Signed(row.getColumn("tree_size", Long.class), row.getColumn("note", String.class)));
            return all;
        }

        @Override
        public String next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return page.removeFirst().note;
        }
    }

    private record Signed(long size, String note) {}
}
