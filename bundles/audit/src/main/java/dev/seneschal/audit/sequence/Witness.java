package dev.seneschal.audit.sequence;

import dev.seneschal.audit.note.Notes;
import dev.seneschal.audit.note.SignedNote;
import dev.seneschal.audit.tree.Tiles;
import dev.seneschal.audit.tree.TreeBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The second place: a file this node appends every checkpoint to. Who changes the database and signs anew contradicts it.
 * A log that is shorter than the file says, or has another root, is not signed any more. Not thread safe.
 */
final class Witness {

    private final Path file;
    private SignedNote last;
    private boolean isRead;

    Witness(Path file) {
        this.file = file;
    }

    /** Returns every checkpoint in the file; what a crash left incomplete at its end is left out. */
    List<SignedNote> all() throws IOException {
        return Files.exists(file) ? Notes.parse(complete(Files.readString(file, StandardCharsets.UTF_8))) : List.of();
    }

    /** Returns whether the log's last checkpoint is the last one seen, or neither has any. */
    boolean isLast(Optional<SignedNote> note) throws Trouble {
        return last().equals(note);
    }

    /**
     * Checks that a log extends what this node has seen.
     *
     * @throws Trouble if it does not
     */
    void check(String origin, long size, Tiles tiles) throws Trouble {
        var seen = last();
        if (seen.isEmpty()) {
            return;
        }
        var checkpoint = seen.get().checkpoint();
        if (!checkpoint.origin().equals(origin)) {
            throw contradiction("its last checkpoint is of another journal, " + checkpoint.origin());
        }
        if (checkpoint.size() > size) {
            throw contradiction("it has seen " + checkpoint.size() + " entries and the journal has " + size);
        }
        var then = TreeBuilder.resume(checkpoint.size(), tiles, (level, position, hashes) -> {});
        if (!Arrays.equals(then.root(), checkpoint.root())) {
            throw contradiction("the first " + checkpoint.size() + " entries no longer have the root it has seen");
        }
    }

    private Trouble contradiction(String what) {
        return new Trouble("The database contradicts the checkpoints in " + file + ": " + what + ". The journal was"
                + " tampered with, or the database was restored or replaced; audit:verify says more. If it was restored"
                + " on purpose, move that file aside.");
    }

    /** Appends a checkpoint that {@link #check} let pass; it is on disk when this returns. */
    void append(SignedNote note) throws Trouble {
        var seen = last();
        if (seen.isPresent()
                && seen.get().checkpoint().size() >= note.checkpoint().size()) {
            return;
        }
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            try (var channel = FileChannel.open(
                    file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND))) {
                var bytes = ByteBuffer.wrap(Notes.framed(note.text()).getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
        } catch (IOException e) {
            isRead = false;
            throw unusable(e);
        }
        last = note;
    }

    private Optional<SignedNote> last() throws Trouble {
        if (!Files.exists(file)) {
            last = null;
        } else if (!isRead) {
            try {
                last = readLast();
            } catch (IOException | IllegalArgumentException e) {
                throw unusable(e);
            }
        }
        isRead = true;
        return Optional.ofNullable(last);
    }

    private SignedNote readLast() throws IOException {
        var text = Files.readString(file, StandardCharsets.UTF_8);
        var complete = complete(text);
        if (complete.length() < text.length()) {
            try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(complete.getBytes(StandardCharsets.UTF_8).length);
            }
        }
        var notes = Notes.parse(complete);
        return notes.isEmpty() ? null : notes.get(notes.size() - 1);
    }

    /** A crash may have cut the last note short; a complete one ends with its signature and an empty line. */
    private static String complete(String text) {
        int end = text.length();
        while (true) {
            end = text.lastIndexOf("\n\n", end - 1);
            if (end < 0) {
                return "";
            }
            if (text.lastIndexOf("\n\u2014 ", end - 1) > text.lastIndexOf("\n\n", end - 1)) {
                return text.substring(0, end + 2);
            }
        }
    }

    private Trouble unusable(Exception e) {
        return new Trouble(
                "Checkpoints cannot be kept in " + file + ": " + e.getMessage() + ". Mend or move the file.");
    }
}
