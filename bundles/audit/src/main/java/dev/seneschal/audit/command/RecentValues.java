package dev.seneschal.audit.command;

import dev.seneschal.api.audit.JournalEntry;
import dev.seneschal.audit.entry.Entries;
import dev.seneschal.audit.entry.Entries.Filter;
import java.util.List;
import java.util.function.Function;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;

/** Completes what stands in the newest entries: all would be too many. */
final class RecentValues {

    private static final int ENTRIES = 500;
    private static final Filter ALL = new Filter(null, null, null);

    private RecentValues() {}

    static int complete(
            Entries entries,
            Function<JournalEntry, String> column,
            Session session,
            CommandLine line,
            List<String> candidates) {
        var values = entries.find(ALL, null, ENTRIES).stream()
                .map(placed -> column.apply(placed.entry().what()))
                .distinct()
                .toList();
        return new StringsCompleter(values).complete(session, line, candidates);
    }
}
