package dev.seneschal.audit.note;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** Many notes in one text, each followed by an empty line. */
public final class Notes {

    private Notes() {}

    /** Returns the note as it stands among others. */
    public static String framed(String note) {
        return note + "\n";
    }

    /**
     * Returns the texts of the notes one after the other, without looking into them; what follows the last complete one is
     * left out. An {@link UncheckedIOException} says that the text cannot be read.
     */
    public static Iterator<String> read(BufferedReader text) {
        return new Framed(text);
    }

    /**
     * Returns the notes of a text that someone kept, whatever its line ends, with or without an empty line at its end.
     *
     * @throws IllegalArgumentException if it holds no note, or anything that is not one
     */
    public static List<SignedNote> given(String text) {
        var lines = String.join("\n", text.lines().toList()).strip() + "\n";
        var framed = framed(lines.replaceAll("\n{3,}", "\n\n"));
        var notes = new ArrayList<SignedNote>();
        int length = 0;
        for (var texts = read(new BufferedReader(new StringReader(framed))); texts.hasNext(); ) {
            var note = texts.next();
            notes.add(SignedNote.parse(note));
            length += framed(note).length();
        }
        if (length < framed.length()) {
            long line = framed.substring(0, length).lines().count() + 1;
            throw new IllegalArgumentException("Not a signed note, or not a whole one, from line " + line
                    + " on: a note is a text, an empty line and its signatures.");
        }
        return notes;
    }

    private static final class Framed implements Iterator<String> {

        private final BufferedReader text;
        private String next;
        private boolean isAtEnd;

        Framed(BufferedReader text) {
            this.text = text;
        }

        @Override
        public boolean hasNext() {
            if (next == null && !isAtEnd) {
                next = note();
                isAtEnd = next == null;
            }
            return next != null;
        }

        @Override
        public String next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            var note = next;
            next = null;
            return note;
        }

        /** A note has two parts, its body and its signatures, each ended by an empty line. */
        private String note() {
            var note = new StringBuilder();
            try {
                return part(note) && part(note.append('\n')) ? note.toString() : null;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private boolean part(StringBuilder note) throws IOException {
            var line = text.readLine();
            for (; line != null && !line.isEmpty(); line = text.readLine()) {
                note.append(line).append('\n');
            }
            return line != null;
        }
    }
}
