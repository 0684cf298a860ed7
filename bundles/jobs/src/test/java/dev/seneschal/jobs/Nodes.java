package dev.seneschal.jobs;

import dev.seneschal.api.audit.Journal;
import dev.seneschal.api.audit.JournalEntry;
import dev.seneschal.api.job.JobHandler;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.jobs.work.Backoff;
import dev.seneschal.jobs.work.Engine;
import dev.seneschal.jobs.work.Settings;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jdbi.v3.core.Handle;
import org.osgi.framework.ServiceReference;

/** Nodes on one database, with times short enough for a test. */
public final class Nodes implements AutoCloseable {

    static final Settings SETTINGS = new Settings(
            4,
            3,
            100,
            Duration.ofMillis(100),
            Duration.ofSeconds(2),
            Duration.ofMillis(500),
            new Backoff(Duration.ofMillis(20), Duration.ofMillis(200)));
    static final Options OPTIONS = new Options(SETTINGS, 90, 400);

    private final Storage storage;
    private final List<Engine> engines = new ArrayList<>();

    Nodes(Storage storage) {
        this.storage = storage;
    }

    Engine start() {
        return start(storage);
    }

    Engine start(Storage through) {
        return start(through, SETTINGS);
    }

    Engine start(Storage through, Settings settings) {
        var engine = new Engine(through, settings, UUID.randomUUID());
        engines.add(engine);
        engine.start();
        return engine;
    }

    static void handle(Engine engine, String type, JobHandler handler) {
        engine.add(type, handler, other -> 0);
    }

    /** Returns a whole queue with short times. */
    public static JobsComponent queue(Storage storage, Journal journal) {
        var queue = new JobsComponent(storage, journal, OPTIONS, Clock.systemUTC());
        queue.start();
        return queue;
    }

    /** Returns a journal that only remembers. */
    public static Journal journal() {
        return new Memory();
    }

    /** Registers a handler with the queue as the service registry does. */
    public static void handle(JobsComponent queue, String type, JobHandler handler) {
        queue.addHandler(reference(type), handler);
    }

    @SuppressWarnings("unchecked")
    static ServiceReference<JobHandler> reference(Object type) {
        return (ServiceReference<JobHandler>) Proxy.newProxyInstance(
                Nodes.class.getClassLoader(),
                new Class<?>[] {ServiceReference.class},
                (self, method, arguments) -> switch (method.getName()) {
                    case "getProperty" -> arguments[0].equals(JobHandler.TYPE) ? type : null;
                    case "compareTo" -> 0;
                    case "toString" -> "reference";
                    default -> null;
                });
    }

    @Override
    public void close() {
        engines.forEach(Engine::close);
    }

    /** A journal that only remembers. */
    static final class Memory implements Journal {

        final List<JournalEntry> entries = new CopyOnWriteArrayList<>();

        @Override
        public UUID record(Handle transaction, JournalEntry entry) {
            return record(entry);
        }

        @Override
        public UUID record(JournalEntry entry) {
            entries.add(entry);
            return UUID.randomUUID();
        }
    }
}
