package dev.seneschal.jobs;

import dev.seneschal.api.audit.Journal;
import dev.seneschal.api.audit.JournalEntry;
import dev.seneschal.api.job.JobHandler;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.jobs.work.Backoff;
import dev.seneschal.jobs.work.Engine;
import dev.seneschal.jobs.work.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jdbi.v3.core.Handle;

/** Nodes on one database, with times short enough for a test. */
final class Nodes implements AutoCloseable {

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
        var engine = new Engine(through, SETTINGS, UUID.randomUUID());
        engines.add(engine);
        return engine;
    }

    static void handle(Engine engine, String type, JobHandler handler) {
        engine.add(type, handler, other -> 0);
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
