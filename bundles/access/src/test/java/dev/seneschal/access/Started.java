package dev.seneschal.access;

import dev.seneschal.api.access.Access;
import dev.seneschal.api.audit.Journal;
import dev.seneschal.api.storage.Storage;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/** The component as it runs, in a realm without accounts. */
public final class Started implements AutoCloseable {

    private final AccessComponent component;

    public Started(Storage storage, Journal journal) {
        component = new AccessComponent(
                storage, journal, (account, password) -> Optional.empty(), Settings.with(Map.of()), Clock.systemUTC());
        component.start();
    }

    /** Returns the service. */
    public Access access() {
        return component;
    }

    @Override
    public void close() {
        component.close();
    }
}
