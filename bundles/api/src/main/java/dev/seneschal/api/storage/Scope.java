package dev.seneschal.api.storage;

import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.HandleConsumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Runs work in transactions that see one tenant's rows, or those of all.
 *
 * <p>The handle is valid inside the callback only and must not leave its thread. The transaction commits when the
 * callback returns and rolls back when it throws; what it throws reaches the caller unchanged, except that a lost or
 * missing connection becomes a {@link StorageUnavailableException}. Isolation is READ COMMITTED unless the callback
 * changes it first.
 *
 * <p>A statement that takes longer than nine seconds is ended; one to which the server says nothing for ten counts as a lost
 * connection. Work that needs longer asks for a {@link #patient} scope.
 */
@ProviderType
public interface Scope {

    /** Runs the work in a read-write transaction and returns its result after the commit. */
    <T, X extends Exception> T write(HandleCallback<T, X> work) throws X;

    /** Runs the work in a read-write transaction. */
    <X extends Exception> void run(HandleConsumer<X> work) throws X;

    /** Runs the work in a read-only transaction; PostgreSQL refuses any change in it. */
    <T, X extends Exception> T read(HandleCallback<T, X> work) throws X;

    /**
     * Returns a scope of the same rows for long statements such as exports and counts over large tables. Half of the
     * pool's connections at most do such work at a time.
     */
    default Scope patient() {
        return this;
    }
}
