package dev.seneschal.audit;

import dev.seneschal.api.storage.Scope;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.api.tenant.TenantId;
import java.util.function.Consumer;

/** A real storage before whose system scope a test can put something. */
public final class HeldStorage implements Storage {

    private final Storage real;
    private volatile Runnable before = () -> {};

    public HeldStorage(Storage real) {
        this.real = real;
    }

    /** From now on this runs, on the caller's thread, before each use of the system's scope. */
    public void before(Runnable what) {
        before = what;
    }

    @Override
    public Scope tenant(TenantId tenant) {
        return real.tenant(tenant);
    }

    @Override
    public Scope system() {
        before.run();
        return real.system();
    }

    @Override
    public Listening listen(String channel, Consumer<String> callback) {
        return real.listen(channel, callback);
    }
}
