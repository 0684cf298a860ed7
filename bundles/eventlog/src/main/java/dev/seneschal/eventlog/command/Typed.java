package dev.seneschal.eventlog.command;

import java.util.List;
import java.util.Optional;
import org.apache.karaf.shell.api.console.CommandLine;

/** What stands on a line that is being typed. */
final class Typed {

    private Typed() {}

    /** Returns the option's value, written after a space or an equals sign. */
    static Optional<String> option(CommandLine line, String name) {
        var words = List.of(line.getArguments());
        for (int i = 0; i < words.size(); i++) {
            if (words.get(i).startsWith(name + "=")) {
                return Optional.of(words.get(i).substring(name.length() + 1));
            }
            if (words.get(i).equals(name) && i + 1 < words.size()) {
                return Optional.of(words.get(i + 1));
            }
        }
        return Optional.empty();
    }
}
