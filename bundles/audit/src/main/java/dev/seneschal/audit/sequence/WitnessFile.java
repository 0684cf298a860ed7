package dev.seneschal.audit.sequence;

import dev.seneschal.audit.note.Notes;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;

/**
 * The file of a {@link Witness}: notes by ascending size. It stays small: when it has grown, the newest notes are kept and
 * the older ones thinned, the more the older they are. Any later note vouches for all that an earlier one did; the earlier
 * ones only tell when something was rewritten. Not thread safe, but another instance may read while one writes.
 */
final class WitnessFile {

    /** A note has about 230 bytes: the last one is in here, and so is what a crash left after it. */
    private static final int TAIL = 64 * 1_024;

    /** What ends a note: an empty line after a line that begins like a signature. In bytes as characters. */
    private static final String SIGNATURE = latin("\n\u2014 ");

    private static final String EMPTY_LINE = "\n\n";

    private final Path path;
    private final long mostBytes;
    private final int newest;

    /**
     * Names the file.
     *
     * @param mostBytes the size above which it is thinned
     * @param newest how many of the newest notes are all kept; of those before them as many at most
     */
    WitnessFile(Path path, long mostBytes, int newest) {
        this.path = path;
        this.mostBytes = mostBytes;
        this.newest = newest;
    }

    Path path() {
        return path;
    }

    boolean exists() {
        return Files.exists(path);
    }

    /** Returns the last complete note, reading no more than the end of the file. */
    Optional<String> last() throws IOException {
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            var tail = tail(channel);
            int end = end(tail);
            if (end == 0 && channel.size() > tail.length()) {
                throw new IOException("its last " + TAIL + " bytes hold no checkpoint");
            }
            return end == 0 ? Optional.empty() : Optional.of(lastNote(tail.substring(0, end)));
        }
    }

    /** Cuts off what a crash left after the last complete note. */
    void mend() throws IOException {
        try (var channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            var tail = tail(channel);
            int incomplete = tail.length() - end(tail);
            if (incomplete > 0) {
                channel.truncate(channel.size() - incomplete);
            }
        }
    }

    private static String tail(FileChannel channel) throws IOException {
        long size = channel.size();
        var bytes = ByteBuffer.allocate((int) Math.min(size, TAIL));
        long from = size - bytes.capacity();
        while (bytes.hasRemaining() && channel.read(bytes, from + bytes.position()) >= 0) {}
        return new String(bytes.array(), 0, bytes.position(), StandardCharsets.ISO_8859_1);
    }

    /** Returns where the last complete note ends, with its empty line, or 0. */
    private static int end(String text) {
        int end = text.lastIndexOf(EMPTY_LINE);
        while (end > 0 && text.lastIndexOf(SIGNATURE, end - 1) <= text.lastIndexOf(EMPTY_LINE, end - 1)) {
            end = text.lastIndexOf(EMPTY_LINE, end - 1);
        }
        return end <= 0 ? 0 : end + EMPTY_LINE.length();
    }

    private static String lastNote(String notes) {
        int signatures = notes.lastIndexOf(EMPTY_LINE, notes.length() - EMPTY_LINE.length() - 1);
        int before = notes.lastIndexOf(EMPTY_LINE, signatures - 1);
        int from = before < 0 ? 0 : before + EMPTY_LINE.length();
        var bytes = notes.substring(from, notes.length() - 1).getBytes(StandardCharsets.ISO_8859_1);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static String latin(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /** Appends a note; it is on disk when this returns. */
    void append(String note) throws IOException {
        Files.createDirectories(path.toAbsolutePath().getParent());
        try (var channel = FileChannel.open(
                path, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND))) {
            var bytes = ByteBuffer.wrap(Notes.framed(note).getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        if (Files.size(path) > mostBytes) {
            thin();
        }
    }

    private void thin() throws IOException {
        long all = 0;
        try (var notes = read()) {
            for (; notes.hasNext(); notes.next()) {
                all++;
            }
        }
        long older = Math.max(0, all - newest);
        long every = Math.max(2, (older + newest - 1) / newest);
        var thinned = path.resolveSibling(path.getFileName() + ".part");
        try (var channel = FileChannel.open(
                        thinned,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE);
                var out = new BufferedWriter(Channels.newWriter(channel, StandardCharsets.UTF_8));
                var notes = read()) {
            for (long place = 0; notes.hasNext(); place++) {
                var note = notes.next();
                if (place >= older || place % every == 0) {
                    out.write(Notes.framed(note));
                }
            }
            out.flush();
            channel.force(true);
        }
        Files.move(thinned, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Returns the notes that are complete now, one after the other; later ones are left out. */
    KeptCheckpoints read() throws IOException {
        if (!exists()) {
            return new KeptCheckpoints(Optional.empty(), new BufferedReader(Reader.nullReader()));
        }
        var last = last();
        // Tolerant of what a crash cut within a character.
        return new KeptCheckpoints(
                last, new BufferedReader(new InputStreamReader(Files.newInputStream(path), StandardCharsets.UTF_8)));
    }
}
