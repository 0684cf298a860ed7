package dev.seneschal.eventlog;

import dev.seneschal.api.audit.Journal;
import dev.seneschal.api.audit.JournalEntry;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jdbi.v3.core.Handle;

/** A journal in memory. */
public final class RecordingJournal implements Journal {

    private final List<JournalEntry> entries = new CopyOnWriteArrayList<>();

    @Override
    public UUID record(Handle transaction, JournalEntry entry) {
        entries.add(entry);
        return UUID.randomUUID();
    }

    @Override
    public UUID record(JournalEntry entry) {
        throw new AssertionError("Entries belong to the transaction of the act");
    }

    /** Returns what was recorded, in order. */
    public List<JournalEntry> entries() {
        return List.copyOf(entries);
    }
}
