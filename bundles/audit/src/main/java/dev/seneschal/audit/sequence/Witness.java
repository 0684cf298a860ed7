package dev.seneschal.audit.sequence;

import dev.seneschal.audit.note.SignedNote;
import dev.seneschal.audit.tree.Tiles;
import dev.seneschal.audit.tree.TreeBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * The second place: a file this node appends every checkpoint to. Who changes the database and signs anew contradicts it.
 * A log that is shorter than the file says, or has another root, is not signed any more. Not thread safe.
 */
final class Witness {

    private static final long MOST_BYTES = 2L * 1_024 * 1_024;
    private static final int NEWEST = 2_000;

    private final WitnessFile file;
    private SignedNote last;
    private boolean isRead;

    Witness(Path file) {
        this(new WitnessFile(file, MOST_BYTES, NEWEST));
    }

    Witness(WitnessFile file) {
        this.file = file;
    }

    /** Returns the checkpoints in the file; what a crash left incomplete at its end is left out. */
    KeptCheckpoints kept() throws IOException {
        return file.read();
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
        return new Trouble(
                "The database contradicts the checkpoints in " + file.path() + ": " + what + ". The journal was"
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
            file.append(note.text());
        } catch (IOException | UncheckedIOException e) {
            isRead = false;
            throw unusable(e);
        }
        last = note;
    }

    private Optional<SignedNote> last() throws Trouble {
        if (!file.exists()) {
            last = null;
        } else if (!isRead) {
            try {
                file.mend();
                last = file.last().map(SignedNote::parse).orElse(null);
            } catch (IOException | IllegalArgumentException e) {
                throw unusable(e);
            }
        }
        isRead = true;
        return Optional.ofNullable(last);
    }

    private Trouble unusable(Exception e) {
        return new Trouble(
                "Checkpoints cannot be kept in " + file.path() + ": " + e.getMessage() + ". Mend or move the file.");
    }
}
