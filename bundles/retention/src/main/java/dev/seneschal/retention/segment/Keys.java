package dev.seneschal.retention.segment;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A key file, line by line. Not thread safe. */
final class Keys implements AutoCloseable {

    private final BufferedReader lines;

    Keys(BufferedReader lines) {
        this.lines = lines;
    }

    /** Returns the next key, or null at the end. */
    KeyLine next() throws IOException {
        var line = lines.readLine();
        return line == null ? null : KeyLine.parse(line);
    }

    List<KeyLine> next(int portion) throws IOException {
        var keys = new ArrayList<KeyLine>(portion);
        for (var key = next(); key != null; key = next()) {
            keys.add(key);
            if (keys.size() == portion) {
                break;
            }
        }
        return keys;
    }

    void skip(long count) throws IOException {
        for (long i = 0; i < count; i++) {
            if (lines.readLine() == null) {
                throw new IOException("The key file ends after " + i + " lines, " + count + " were dealt with already");
            }
        }
    }

    /** Reads the rest and returns how many there were. */
    long drain() throws IOException {
        long count = 0;
        while (next() != null) {
            count++;
        }
        return count;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
