package dev.seneschal.storage.pool;

import dev.seneschal.api.storage.Scope;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.api.storage.StorageUnavailableException;
import dev.seneschal.api.tenant.TenantId;
import java.sql.SQLException;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.HandleConsumer;
import org.jdbi.v3.core.Jdbi;

/** {@link Storage} on a pool. Safe for use by any thread. */
public final class PostgresStorage implements Storage {

    /** The value of the row-level-security variable that shows every row. No tenant can have this name. */
    private static final String EVERY_TENANT = "*";

    private static final String ENTER =
            "SELECT set_config('seneschal.tenant', ?, true), set_config('statement_timeout', ?, true)";
    private static final String ENTER_READ_ONLY =
            """
            SELECT set_config('seneschal.tenant', ?, true), set_config('statement_timeout', ?, true),
                   set_config('transaction_read_only', 'on', true)""";

    private final LongWork longWork;
    private final Jdbi jdbi;
    private final Notifications notifications;

    /** Uses the connections and the one listener; closes neither. */
    public PostgresStorage(Connections connections, Notifications notifications) {
        this.longWork = new LongWork(connections);
        this.jdbi = Jdbi.create(connections::borrow);
        this.jdbi.registerArrayType(String.class, "text");
        this.jdbi.registerArrayType(Long.class, "bigint");
        this.jdbi.registerArrayType(UUID.class, "uuid");
        this.notifications = notifications;
    }

    @Override
    public Scope tenant(TenantId tenant) {
        return new Transactions(
                Objects.requireNonNull(tenant, "A tenant scope needs a tenant").value(), Patience.ORDINARY);
    }

    @Override
    public Scope system() {
        return new Transactions(EVERY_TENANT, Patience.ORDINARY);
    }

    @Override
    public Listening listen(String channel, Consumer<String> callback) {
        return notifications.listen(channel, callback);
    }

    private final class Transactions implements Scope {

        private final String tenant;
        private final Patience patience;

        Transactions(String tenant, Patience patience) {
            this.tenant = tenant;
            this.patience = patience;
        }

        @Override
        public Scope patient() {
            return new Transactions(tenant, Patience.LONG);
        }

        @Override
        public <T, X extends Exception> T write(HandleCallback<T, X> work) throws X {
            return in(ENTER, work);
        }

        @Override
        public <X extends Exception> void run(HandleConsumer<X> work) throws X {
            in(ENTER, handle -> {
                work.useHandle(handle);
                return null;
            });
        }

        @Override
        public <T, X extends Exception> T read(HandleCallback<T, X> work) throws X {
            return in(ENTER_READ_ONLY, work);
        }

        private <T, X extends Exception> T in(String enter, HandleCallback<T, X> work) throws X {
            return patience == Patience.LONG
                    ? longWork.admit(() -> transaction(enter, work))
                    : transaction(enter, work);
        }

        private <T, X extends Exception> T transaction(String enter, HandleCallback<T, X> work) throws X {
            // A handle of its own: Jdbi would lend the thread's open one, and with it another scope's transaction.
            try (var own = jdbi.open()) {
                return own.inTransaction(handle -> {
                    enter(handle, enter);
                    return work.withHandle(handle);
                });
            } catch (RuntimeException e) {
                if (Unavailability.isCauseOf(e) && !(e instanceof StorageUnavailableException)) {
                    throw new StorageUnavailableException(Unavailability.message(e), e);
                }
                throw e;
            }
        }

        private void enter(Handle handle, String enter) {
            handle.createQuery(enter)
                    .bind(0, tenant)
                    .bind(1, patience.statementTimeout())
                    .mapTo(String.class)
                    .one();
            try {
                patience.applyTo(handle.getConnection());
            } catch (SQLException e) {
                throw new ConnectionException(e);
            }
        }
    }
}
