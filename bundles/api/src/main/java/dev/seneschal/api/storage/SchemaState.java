package dev.seneschal.api.storage;

import java.time.Instant;

/**
 * How one bundle's schema stands.
 *
 * @param schema the name in the bundle's {@code Seneschal-Schema} header
 * @param bundle the bundle's symbolic name and version
 * @param phase where it stands
 * @param applied how many change sets have been applied in all
 * @param detail the failure and how to mend it, or an empty string
 * @param since when it entered this phase
 */
public record SchemaState(String schema, String bundle, Phase phase, int applied, String detail, Instant since) {

    /** The life of a schema. */
    public enum Phase {
        /** Waits for the database, for another node's migration, or for a schema it builds on. */
        WAITING,
        /** Its change sets are being applied. */
        MIGRATING,
        /** Its tables are in place. */
        READY,
        /** A change set failed; the bundle's components stay down until it is mended and retried. */
        FAILED
    }
}
