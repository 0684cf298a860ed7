package dev.seneschal.audit.sequence;

import dev.seneschal.audit.note.Notes;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * The checkpoints this node keeps outside the database, by ascending size, read one after the other: up to the one that
 * was the last when reading began. Not thread safe.
 */
public final class KeptCheckpoints implements Iterator<String>, AutoCloseable {

    private final Optional<String> last;
    private final BufferedReader reader;
    private final Iterator<String> notes;
    private boolean isAtEnd;

    KeptCheckpoints(Optional<String> last, BufferedReader reader) {
        this.last = last;
        this.reader = reader;
        this.notes = Notes.read(reader);
        this.isAtEnd = last.isEmpty();
    }

    @Override
    public boolean hasNext() {
        return !isAtEnd && notes.hasNext();
    }

    @Override
    public String next() {
        if (isAtEnd) {
            throw new NoSuchElementException();
        }
        var note = notes.next();
        isAtEnd = note.equals(last.get());
        return note;
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
