package dev.seneschal.api.audit;

import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The journal. An entry is written in the transaction of the act it describes, without order and without a lock; soon
 * after, one sequencer gives it its place in an RFC 6962 tree and signs the new root. Safe for use by any thread.
 */
@ProviderType
public interface Journal {

    /**
     * Writes an entry as part of the caller's transaction.
     *
     * @param transaction of the tenant's or the system's scope
     * @return the entry's identifier
     */
    UUID record(Handle transaction, JournalEntry entry);

    /** Writes an entry in a transaction of its own, for acts that have none. */
    UUID record(JournalEntry entry);
}
