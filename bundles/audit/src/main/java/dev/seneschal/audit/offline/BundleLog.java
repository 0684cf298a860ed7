package dev.seneschal.audit.offline;

import dev.seneschal.audit.check.LogSource;
import dev.seneschal.audit.note.Notes;
import dev.seneschal.audit.note.VerifierKey;
import dev.seneschal.audit.tree.Hashes;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.zip.ZipFile;

/** The log in an exported bundle. Not thread safe. */
final class BundleLog implements LogSource, AutoCloseable {

    private static final byte[] NO_SALT = {};

    private final ZipFile zip;
    private final List<VerifierKey> trusted;

    /**
     * Opens a bundle.
     *
     * @param trusted the keys the auditor trusts; empty to take the bundle's own
     */
    BundleLog(Path bundle, List<VerifierKey> trusted) throws IOException {
        this.zip = new ZipFile(bundle.toFile());
        try {
            this.trusted = trusted.isEmpty()
                    ? text(BundleFormat.KEYS)
                            .lines()
                            .filter(line -> !line.isBlank())
                            .map(VerifierKey::parse)
                            .toList()
                    : List.copyOf(trusted);
        } catch (IOException | RuntimeException e) {
            zip.close();
            throw e;
        }
    }

    private InputStream open(String name) throws IOException {
        var entry = zip.getEntry(name);
        if (entry == null) {
            throw new IOException("The bundle has no " + name);
        }
        return zip.getInputStream(entry);
    }

    private BufferedReader lines(String name) throws IOException {
        return new BufferedReader(new InputStreamReader(open(name), StandardCharsets.UTF_8));
    }

    private String text(String name) throws IOException {
        try (var in = open(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Override
    public String origin() {
        try {
            return text(BundleFormat.ORIGIN).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<VerifierKey> keys() {
        return trusted;
    }

    @Override
    public void entries(Visitor visitor) throws IOException {
        try (var lines = lines(BundleFormat.ENTRIES)) {
            long number = 0;
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                try {
                    entry(line, visitor);
                } catch (IllegalArgumentException e) {
                    throw new IOException(
                            BundleFormat.ENTRIES + " line " + number + " is no entry: " + e.getMessage(), e);
                }
            }
        }
    }

    private static void entry(String line, Visitor visitor) {
        var columns = line.split("\t", -1);
        if (columns.length != 4) {
            throw new IllegalArgumentException(columns.length + " columns instead of 4");
        }
        long index = Long.parseLong(columns[0]);
        if (columns[3].equals(BundleFormat.GONE)) {
            visitor.entry(index, columns[1], null);
            return;
        }
        var text = columns[3].getBytes(StandardCharsets.UTF_8);
        // The identifier is part of what is hashed; a line under another one's name is not that entry.
        var salt = columns[3].contains("\"id\":\"" + columns[1] + "\"")
                ? HexFormat.of().parseHex(columns[2])
                : NO_SALT;
        visitor.entry(index, columns[1], Hashes.leaf(salt, text));
    }

    @Override
    public Iterator<String> checkpoints() {
        try {
            return Notes.read(lines(BundleFormat.CHECKPOINTS));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An export ends at its last checkpoint; whatever is beyond one did not come from there. */
    @Override
    public boolean endsWithCheckpoint() {
        return true;
    }

    @Override
    public byte[] tile(int level, long position) {
        var entry = zip.getEntry(BundleFormat.tile(level, position));
        if (entry == null) {
            return null;
        }
        try (var in = zip.getInputStream(entry)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
