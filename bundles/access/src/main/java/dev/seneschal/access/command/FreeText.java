package dev.seneschal.access.command;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;

/**
 * Takes any word as it is typed. The shell completes an argument only if the completers of those before it know their
 * words, so that one which is free needs this.
 */
@Service
public final class FreeText implements Completer {

    /** Made by the shell. */
    public FreeText() {}

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        var word = line.getCursorArgument();
        if (word == null || word.isEmpty()) {
            return -1;
        }
        candidates.add(word);
        return line.getBufferPosition() - line.getArgumentPosition();
    }
}
