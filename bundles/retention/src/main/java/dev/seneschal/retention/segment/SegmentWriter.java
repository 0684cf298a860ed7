package dev.seneschal.retention.segment;

import com.github.luben.zstd.ZstdOutputStream;
import dev.seneschal.retention.catalog.Catalog;
import dev.seneschal.retention.catalog.Column;
import dev.seneschal.retention.catalog.RowSql;
import dev.seneschal.retention.plan.KeyDigest;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.postgresql.PGConnection;

/**
 * Exports due rows into a segment: one COPY, one snapshot, no row locked. The rows' fields are PostgreSQL's own text, so
 * what COPY reads back is what was there, for every type. Safe for use by any thread.
 */
public final class SegmentWriter {

    private static final int LEVEL = 3;
    /** What COPY writes before position, key and row: hash of the key, version, hash of the row. */
    private static final int FIXED = 3;

    private final ArchiveDirectory archive;
    private final int limit;

    /**
     * Writes to the archive.
     *
     * @param limit how many rows a segment has at most
     */
    public SegmentWriter(ArchiveDirectory archive, int limit) {
        this.archive = archive;
        this.limit = limit;
    }

    /**
     * Exports the next rows; the files are on disk under their names when this returns.
     *
     * @param handle a transaction of the tenant's scope
     * @param after where to continue, or null for the start
     * @param name of the files, without ending
     * @param isArchiving whether the rows themselves are kept, or their keys only
     * @param previousManifest hash of the manifest of the segment before
     * @return what was written; empty if no row was left, and then nothing was
     */
    public Optional<Content> export(
            Handle handle, RowSql rows, List<String> after, String name, boolean isArchiving, String previousManifest)
            throws IOException, SQLException {
        RowSql.settle(handle);
        var rowFile = isArchiving ? name + ".copy.zst" : null;
        var keyFile = name + ".keys.zst";
        try (var keyPending = archive.begin(keyFile);
                var rowPending = isArchiving ? archive.begin(rowFile) : null) {
            var keyOut = new Compressed(keyPending.output());
            var rowOut = new Compressed(rowPending == null ? OutputStream.nullOutputStream() : rowPending.output());
            var batch = copy(handle, rows, after, isArchiving, keyOut, rowOut);
            if (batch.rows == 0) {
                return Optional.empty();
            }
            keyOut.close();
            rowOut.close();
            keyPending.store();
            if (rowPending != null) {
                rowPending.store();
            }
            var content = content(handle, rows, batch, rowFile, keyFile, rowOut, keyOut, previousManifest);
            if (isArchiving) {
                writeManifest(rowFile, content);
            }
            return Optional.of(content);
        }
    }

    private Batch copy(
            Handle handle, RowSql rows, List<String> after, boolean isArchiving, Compressed keyOut, Compressed rowOut)
            throws SQLException, IOException {
        var batch = new Batch(rows);
        var copy =
                handle.getConnection().unwrap(PGConnection.class).getCopyAPI().copyOut(select(rows, after));
        try {
            for (var line = copy.readFromCopy(); line != null; line = copy.readFromCopy()) {
                batch.take(line, isArchiving, keyOut.in, rowOut.in);
            }
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
        return batch;
    }

    private String select(RowSql rows, List<String> after) {
        var key = rows.table().key().stream().map(column -> column.sql() + "::text");
        var stored = rows.table().stored().stream().map(Column::sql);
        var columns = Stream.of(
                        Stream.of("hashtextextended(" + rows.key() + ", 0)", "t.xmin::text", RowSql.rowHash()),
                        rows.position().stream(),
                        key,
                        stored)
                .flatMap(part -> part)
                .collect(Collectors.joining(", "));
        return "COPY (SELECT " + columns + " FROM " + rows.from() + " WHERE " + rows.due() + " AND NOT " + rows.stays()
                + (after == null ? "" : " AND " + rows.after(after)) + " ORDER BY " + rows.orderBy() + " LIMIT " + limit
                + ") TO STDOUT";
    }

    private static Content content(
            Handle handle,
            RowSql rows,
            Batch batch,
            String rowFile,
            String keyFile,
            Compressed rowOut,
            Compressed keyOut,
            String previousManifest) {
        return new Content(
                batch.rows,
                rowFile,
                keyFile,
                rowFile == null ? 0 : rowOut.stored.count(),
                keyOut.stored.count(),
                rowFile == null ? "" : rowOut.stored.sha256(),
                keyOut.stored.sha256(),
                rowFile == null ? "" : rowOut.plain.sha256(),
                batch.digest.toString(),
                batch.first.get(0),
                batch.last.get(0),
                batch.last,
                rows.table().stored().stream()
                        .map(column -> column.name() + " " + column.type())
                        .toList(),
                rows.table().fingerprint(),
                Catalog.systemIdentifier(handle),
                handle.createQuery("SHOW server_version").mapTo(String.class).one(),
                previousManifest);
    }

    private void writeManifest(String rowFile, Content content) throws IOException {
        try (var pending = archive.begin(manifest(rowFile))) {
            pending.output().write((content.json() + "\n").getBytes(StandardCharsets.UTF_8));
            pending.store();
        }
    }

    static String manifest(String rowFile) {
        return rowFile + ".manifest.json";
    }

    /** Returns the hash by which the next segment's manifest names this one's. */
    public static String hash(Content content) {
        return Sha256.hex(content.json().getBytes(StandardCharsets.UTF_8));
    }

    /** What was exported so far. Not thread safe. */
    private static final class Batch {

        private final int positions;
        private final int keys;
        private final KeyDigest digest = new KeyDigest();
        private long rows;
        private List<String> first = List.of();
        private List<String> last = List.of();

        Batch(RowSql sql) {
            this.positions = sql.position().size();
            this.keys = sql.table().key().size();
        }

        void take(byte[] line, boolean isArchiving, OutputStream keyOut, OutputStream rowOut) throws IOException {
            int start = CopyText.skip(line, FIXED + positions + keys);
            var fields = new String(line, 0, start - 1, StandardCharsets.UTF_8).split("\t", -1);
            var texts = Arrays.stream(fields).map(CopyText::unescape).toList();
            digest.add(Long.parseLong(texts.get(0)));
            last = new ArrayList<>(texts.subList(FIXED, FIXED + positions));
            first = rows == 0 ? last : first;
            var lineHash = isArchiving ? Sha256.hex(line, start, line.length - start) : "";
            var key = texts.subList(FIXED + positions, FIXED + positions + keys);
            keyOut.write(new KeyLine(texts.get(1), texts.get(2), lineHash, key).bytes());
            if (isArchiving) {
                rowOut.write(line, start, line.length - start);
            }
            rows++;
        }
    }

    /** A compressed stream, hashed before and after. */
    private static final class Compressed {

        private final HashingOutput stored;
        private final HashingOutput plain;
        private final OutputStream in;

        Compressed(OutputStream out) throws IOException {
            stored = new HashingOutput(out);
            plain = new HashingOutput(new ZstdOutputStream(new BufferedOutputStream(stored, 1 << 16), LEVEL));
            in = new BufferedOutputStream(plain, 1 << 16);
        }

        void close() throws IOException {
            in.close();
        }
    }
}
