package dev.seneschal.audit.note;

import java.util.ArrayList;
import java.util.List;

/** Many notes in one text, each followed by an empty line. */
public final class Notes {

    private static final String BREAK = "\n\n";

    private Notes() {}

    /** Returns the note as it stands among others. */
    public static String framed(String note) {
        return note + "\n";
    }

    /**
     * Returns the notes of a text; what follows the last complete one is left out. A text that is a single note, without
     * an empty line at its end, is one note.
     *
     * @throws IllegalArgumentException if something in it is no note
     */
    public static List<SignedNote> parse(String text) {
        var notes = new ArrayList<SignedNote>();
        var complete = text.endsWith(BREAK) ? text : text + "\n";
        int from = 0;
        while (true) {
            int body = complete.indexOf(BREAK, from);
            int end = body < 0 ? -1 : complete.indexOf(BREAK, body + BREAK.length());
            if (end < 0) {
                return notes;
            }
            notes.add(SignedNote.parse(complete.substring(from, end + 1)));
            from = end + BREAK.length();
        }
    }
}
