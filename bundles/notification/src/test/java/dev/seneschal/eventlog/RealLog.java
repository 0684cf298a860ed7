package dev.seneschal.eventlog;

import dev.seneschal.api.event.EventConsumer;
import dev.seneschal.api.event.EventLog;
import dev.seneschal.api.storage.Storage;
import java.lang.reflect.Proxy;
import java.util.Map;

/** The real event log with its default settings, put together as Declarative Services would; in its package for that. */
public final class RealLog implements AutoCloseable {

    private final EventLogComponent log;

    /** Starts a log. */
    public RealLog(Storage storage) {
        var defaults = (EventLogConfig) Proxy.newProxyInstance(
                EventLogConfig.class.getClassLoader(),
                new Class<?>[] {EventLogConfig.class},
                (proxy, method, arguments) -> method.getDefaultValue());
        this.log = new EventLogComponent(storage, defaults);
        log.start();
    }

    /** Returns the service. */
    public EventLog service() {
        return log;
    }

    /** Registers a consumer that starts with the oldest event. */
    public void add(String name, EventConsumer consumer) {
        log.addConsumer(consumer, Map.of(EventConsumer.NAME, name, EventConsumer.START, "earliest"));
    }

    @Override
    public void close() {
        log.close();
    }
}
