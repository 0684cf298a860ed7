package dev.seneschal.audit.command;

import dev.seneschal.api.audit.JournalEntry;
import dev.seneschal.audit.entry.Entries;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;

/** Completes an action of the newest entries. */
@Service
public final class ActionCompleter implements Completer {

    @Reference
    private Entries entries;

    /** Made by the shell. */
    public ActionCompleter() {}

    ActionCompleter(Entries entries) {
        this.entries = entries;
    }

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        return RecentValues.complete(entries, JournalEntry::action, session, line, candidates);
    }
}
