package dev.seneschal.realtime.hub;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The newest publications of a channel, bounded in number and in bytes. Not safe for concurrent use. */
final class History {

    private final ArrayDeque<Publication> newest = new ArrayDeque<>();
    private final int size;
    private final int bytes;
    private int weight;

    History(int size, int bytes) {
        this.size = size;
        this.bytes = bytes;
    }

    /** Adds the next publication; the oldest make room for it. */
    void add(Publication publication) {
        newest.addLast(publication);
        weight += publication.weight();
        while (newest.size() > size || (weight > bytes && newest.size() > 1)) {
            weight -= newest.removeFirst().weight();
        }
    }

    /** Returns whether everything after the offset is here, given that the channel ends at {@code top}. */
    boolean covers(long offset, long top) {
        return offset == top || (!newest.isEmpty() && newest.getFirst().offset() <= offset + 1);
    }

    /** Returns what is here after the offset, in order. */
    List<Publication> after(long offset) {
        var found = new ArrayList<Publication>();
        var backwards = newest.descendingIterator();
        while (backwards.hasNext()) {
            var publication = backwards.next();
            if (publication.offset() <= offset) {
                break;
            }
            found.add(publication);
        }
        Collections.reverse(found);
        return found;
    }

    void clear() {
        newest.clear();
        weight = 0;
    }
}
