package dev.seneschal.api.storage;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** The schemas of the started bundles. Safe for use by any thread. */
@ProviderType
public interface Schemas {

    /** Returns the state of every started bundle's schema, by name. */
    List<SchemaState> list();

    /**
     * Tries a failed migration again, in the background.
     *
     * @throws IllegalArgumentException if no started bundle has a schema of that name
     */
    void retry(String schema);
}
