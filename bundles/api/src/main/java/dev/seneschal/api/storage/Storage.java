package dev.seneschal.api.storage;

import dev.seneschal.api.tenant.TenantId;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The host's PostgreSQL database.
 *
 * <p>The service is registered once per schema, with the service property {@value #SCHEMA}, as soon as that schema's
 * migrations have run and for as long as its bundle is started. A component that refers to
 * {@code @Reference(target = "(schema=jobs)") Storage storage} therefore never sees a database without its tables.
 *
 * <p>Every statement runs in a {@link Scope}. Row-level security hides every row of other tenants from a tenant scope,
 * and every row from a statement without a scope. Safe for use by any thread. All methods that reach the database throw
 * {@link StorageUnavailableException}, within two seconds, while it cannot be reached.
 */
@ProviderType
public interface Storage {

    /** Service property: the name of the schema whose tables are in place. */
    String SCHEMA = "schema";

    /**
     * Returns the scope of one tenant's rows.
     *
     * @throws NullPointerException if the tenant is null: there is no scope without one
     */
    Scope tenant(TenantId tenant);

    /** Returns the scope of all tenants' rows, for work of the host itself; never for a request on a tenant's behalf. */
    Scope system();

    /**
     * Calls back when another session, or this one, has sent a PostgreSQL NOTIFY on the channel. The call carries the
     * payload and is a hint only: it may be missed while the connection is down, and after a reconnect one call is made
     * with an empty payload. Callbacks run one after the other on a thread of the storage and must return fast.
     *
     * @param channel lower-case letters, digits and underscores
     * @return closes the subscription; no callback begins after close has returned
     */
    Listening listen(String channel, Consumer<String> callback);

    /** A subscription made with {@link #listen}. */
    @ProviderType
    interface Listening extends AutoCloseable {
        @Override
        void close();
    }
}
