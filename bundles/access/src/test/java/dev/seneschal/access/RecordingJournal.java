package dev.seneschal.access;

import dev.seneschal.api.audit.Journal;
import dev.seneschal.api.audit.JournalEntry;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jdbi.v3.core.Handle;

/** Keeps what it is told. */
public class RecordingJournal implements Journal {

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

    /** Returns the actions, in order. */
    public List<String> actions() {
        return entries.stream().map(JournalEntry::action).toList();
    }
}
