package dev.seneschal.retention.segment;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.HexFormat;
import java.util.List;

/** Reads stored segments back and takes them away. Safe for use by any thread. */
public final class SegmentFiles {

    private final ArchiveDirectory archive;

    /** Uses the archive. */
    public SegmentFiles(ArchiveDirectory archive) {
        this.archive = archive;
    }

    /**
     * Reads both files from the disk again and compares every byte, count and hash with what was written.
     *
     * @throws CorruptSegmentException if anything differs
     */
    public void verify(Content content) throws IOException, CorruptSegmentException {
        verifyStored(content);
        try (var keys = keys(content)) {
            if (content.rowFile() == null) {
                expect(content.keyFile(), "rows", content.rows(), keys.drain());
                return;
            }
            verifyRows(content, keys);
        } catch (IllegalArgumentException e) {
            throw new CorruptSegmentException(content.keyFile() + " cannot be read: " + e.getMessage());
        }
    }

    /** Compares the stored bytes only: what a disk can do to them since they were verified. */
    public void verifyStored(Content content) throws IOException, CorruptSegmentException {
        expect(content.keyFile(), "hash", content.keySha256(), hash(content.keyFile()));
        if (content.rowFile() != null) {
            expect(content.rowFile(), "hash", content.rowSha256(), hash(content.rowFile()));
        }
    }

    private void verifyRows(Content content, Keys keys) throws IOException, CorruptSegmentException {
        var plain = Sha256.create();
        long rows = 0;
        try (var in = new BufferedInputStream(new ZstdInputStream(open(content.rowFile())))) {
            for (var line = line(in); line.length > 0; line = line(in)) {
                plain.update(line);
                var key = keys.next();
                expect(content.rowFile(), "row " + rows, key == null ? "none" : key.lineHash(), Sha256.hex(line));
                rows++;
            }
        }
        expect(content.keyFile(), "further keys", 0L, keys.drain());
        expect(content.rowFile(), "rows", content.rows(), rows);
        expect(
                content.rowFile(),
                "plain hash",
                content.plainSha256(),
                HexFormat.of().formatHex(plain.digest()));
    }

    /** A line with its end, or nothing at the end of the file. COPY has no line break inside a row. */
    private static byte[] line(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0; b = in.read()) {
            line.write(b);
            if (b == '\n') {
                break;
            }
        }
        return line.toByteArray();
    }

    private InputStream open(String name) throws IOException {
        return Files.newInputStream(archive.resolve(name));
    }

    private String hash(String name) throws IOException, CorruptSegmentException {
        try (var out = new HashingOutput(OutputStream.nullOutputStream());
                var in = open(name)) {
            in.transferTo(out);
            return out.sha256();
        } catch (NoSuchFileException e) {
            throw new CorruptSegmentException("The archive has no file " + name);
        }
    }

    private static void expect(String file, String what, Object expected, Object found) throws CorruptSegmentException {
        if (!expected.equals(found)) {
            throw new CorruptSegmentException(
                    file + " is not what was written: " + what + " is " + found + " instead of " + expected);
        }
    }

    /**
     * Hands over the keys from a line on, in portions.
     *
     * @throws Exception what the taker throws, or that the file cannot be read
     */
    public void keys(Content content, long from, int portion, Portions portions) throws Exception {
        try (var keys = keys(content)) {
            keys.skip(from);
            for (var part = keys.next(portion); !part.isEmpty(); part = keys.next(portion)) {
                portions.take(part);
            }
        }
    }

    /** Takes portions. */
    @FunctionalInterface
    public interface Portions {
        /**
         * Takes the next keys.
         *
         * @throws Exception if they could not be dealt with
         */
        void take(List<KeyLine> keys) throws Exception;
    }

    private Keys keys(Content content) throws IOException {
        return new Keys(new BufferedReader(
                new InputStreamReader(new ZstdInputStream(open(content.keyFile())), StandardCharsets.UTF_8)));
    }

    /** Removes the files of a segment; files that are gone already do not matter. */
    public void delete(Content content) throws IOException {
        for (var name : content.files()) {
            archive.delete(name);
        }
    }

    /** Returns the names of the files below a folder, also of those whose export broke off. */
    public List<String> names(String folder) throws IOException {
        return archive.names(folder);
    }

    /** Removes a file; one that is gone already does not matter. */
    public void delete(String name) throws IOException {
        archive.delete(name);
    }
}
