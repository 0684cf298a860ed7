package dev.seneschal.mailbox;

import dev.seneschal.api.storage.Scope;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.api.storage.StorageUnavailableException;
import dev.seneschal.api.tenant.TenantId;
import java.util.function.Consumer;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.HandleConsumer;

/** A storage that cannot be reached, or whose answer to the commit is lost. */
final class LosingStorage implements Storage {

    private final Storage real;
    private final boolean commits;

    LosingStorage(Storage real, boolean commits) {
        this.real = real;
        this.commits = commits;
    }

    @Override
    public Scope tenant(TenantId tenant) {
        return new Losing(real.tenant(tenant));
    }

    @Override
    public Scope system() {
        return new Losing(real.system());
    }

    @Override
    public Listening listen(String channel, Consumer<String> callback) {
        return real.listen(channel, callback);
    }

    private final class Losing implements Scope {

        private final Scope scope;

        Losing(Scope scope) {
            this.scope = scope;
        }

        @Override
        public <T, X extends Exception> T write(HandleCallback<T, X> work) throws X {
            if (commits) {
                scope.write(work);
            }
            throw new StorageUnavailableException("The test took the database away.", null);
        }

        @Override
        public <X extends Exception> void run(HandleConsumer<X> work) throws X {
            write(handle -> {
                work.useHandle(handle);
                return null;
            });
        }

        @Override
        public <T, X extends Exception> T read(HandleCallback<T, X> work) throws X {
            return scope.read(work);
        }
    }
}
