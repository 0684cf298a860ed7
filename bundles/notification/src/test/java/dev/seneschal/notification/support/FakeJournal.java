package dev.seneschal.notification.support;

import dev.seneschal.api.audit.Journal;
import dev.seneschal.api.audit.JournalEntry;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jdbi.v3.core.Handle;

/** Keeps what was recorded. */
public final class FakeJournal implements Journal {

    private final List<JournalEntry> entries = new CopyOnWriteArrayList<>();

    @Override
    public UUID record(Handle transaction, JournalEntry entry) {
        return record(entry);
    }

    @Override
    public UUID record(JournalEntry entry) {
        entries.add(entry);
        return UUID.randomUUID();
    }

    /** Returns the entries so far. */
    public List<JournalEntry> entries() {
        return List.copyOf(entries);
    }
}
