package dev.seneschal.retention.command;

import dev.seneschal.api.tenant.TenantId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Session;

/** What was typed, and by whom. */
final class Typed {

    static final String TENANT = "--tenant";

    private Typed() {}

    /**
     * Reads an identifier.
     *
     * @param what what it names
     * @param source the command that shows such identifiers
     */
    static UUID id(String text, String what, String source) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not the identifier of a " + what + "; " + source + " shows them.", e);
        }
    }

    /** Returns the tenant on a line that is being typed; empty if it is no tenant's name yet. */
    static Optional<TenantId> tenant(CommandLine line) {
        var words = List.of(line.getArguments());
        int option = words.indexOf(TENANT);
        if (option < 0 || option + 1 == words.size()) {
            return Optional.of(TenantId.DEFAULT);
        }
        try {
            return Optional.of(new TenantId(words.get(option + 1)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Returns the session's user; the console in the foreground has none and is the host's own. */
    static String actor(Session session) {
        var user = session.get("USER");
        return user == null ? "system" : "user:" + user;
    }
}
