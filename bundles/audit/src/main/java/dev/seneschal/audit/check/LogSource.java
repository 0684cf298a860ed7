package dev.seneschal.audit.check;

import dev.seneschal.audit.note.VerifierKey;
import dev.seneschal.audit.tree.Tiles;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;

/** A log to verify: the one in the database, or one in a bundle. */
public interface LogSource extends Tiles {

    /** Returns the log's name. */
    String origin();

    /** Returns the keys that may have signed its checkpoints. */
    List<VerifierKey> keys();

    /**
     * Hands over the entries that have a place, in the order of their places.
     *
     * @throws IOException if they cannot be read
     */
    void entries(Visitor visitor) throws IOException;

    /** Returns the texts of the checkpoints, by ascending size. */
    Iterator<String> checkpoints();

    /**
     * Returns whether its last entry must be covered by a valid checkpoint. In a log that lives on, what was added last
     * waits for one.
     */
    boolean endsWithCheckpoint();

    /** Takes entries. */
    @FunctionalInterface
    interface Visitor {
        /**
         * Takes an entry.
         *
         * @param index its place
         * @param id its identifier
         * @param leaf the commitment computed from its content, or null if the content is gone
         */
        void entry(long index, String id, byte[] leaf);
    }
}
