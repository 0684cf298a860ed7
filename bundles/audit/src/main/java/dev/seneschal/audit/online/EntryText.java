package dev.seneschal.audit.online;

import dev.seneschal.audit.tree.Hashes;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * An entry as it is hashed.
 *
 * @param index its place
 * @param id its identifier
 * @param salt its salt, or null if the entry is gone
 * @param canonical its canonical text, or null if the entry is gone
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record EntryText(long index, UUID id, byte[] salt, String canonical) {

    /** Returns the commitment computed from the text, or null if the entry is gone. */
    byte[] leaf() {
        return canonical == null ? null : Hashes.leaf(salt, canonical.getBytes(StandardCharsets.UTF_8));
    }
}
