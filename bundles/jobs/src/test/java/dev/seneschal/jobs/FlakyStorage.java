package dev.seneschal.jobs;

import dev.seneschal.api.storage.Scope;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.api.storage.StorageUnavailableException;
import dev.seneschal.api.tenant.TenantId;
import java.util.function.Consumer;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.HandleConsumer;

/** A storage that can be taken away and given back, and with that a node that can be cut off. */
final class FlakyStorage implements Storage {

    private final Storage real;
    private volatile boolean away;

    FlakyStorage(Storage real) {
        this.real = real;
    }

    void away(boolean now) {
        away = now;
    }

    @Override
    public Scope tenant(TenantId tenant) {
        return new Flaky(real.tenant(tenant));
    }

    @Override
    public Scope system() {
        return new Flaky(real.system());
    }

    @Override
    public Listening listen(String channel, Consumer<String> callback) {
        return real.listen(channel, callback);
    }

    private final class Flaky implements Scope {

        private final Scope scope;

        Flaky(Scope scope) {
            this.scope = scope;
        }

        private void check() {
            if (away) {
                throw new StorageUnavailableException("The test took the database away.", null);
            }
        }

        @Override
        public <T, X extends Exception> T write(HandleCallback<T, X> work) throws X {
            check();
            return scope.write(work);
        }

        @Override
        public <X extends Exception> void run(HandleConsumer<X> work) throws X {
            check();
            scope.run(work);
        }

        @Override
        public <T, X extends Exception> T read(HandleCallback<T, X> work) throws X {
            check();
            return scope.read(work);
        }
    }
}
