package dev.seneschal.eventlog.command;

import dev.seneschal.eventlog.consumer.ConsumerAdmin;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;

/** Completes the identifier of a dead letter, of the consumer that the line names or of any. */
@Service
public final class DeadLetterCompleter implements Completer {

    private static final int CANDIDATES = 100;

    @Reference
    private ConsumerAdmin admin;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        var ids = admin.deadLetters(Typed.option(line, "--consumer").orElse(null), CANDIDATES).stream()
                .map(letter -> letter.id().toString())
                .toList();
        return new StringsCompleter(ids).complete(session, line, candidates);
    }
}
