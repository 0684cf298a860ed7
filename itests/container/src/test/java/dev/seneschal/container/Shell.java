package dev.seneschal.container;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.PrivilegedActionException;
import java.security.PrivilegedExceptionAction;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.security.auth.Subject;
import org.apache.karaf.jaas.boot.principal.RolePrincipal;
import org.apache.karaf.jaas.boot.principal.UserPrincipal;
import org.apache.karaf.shell.api.console.Command;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.api.console.SessionFactory;

/** The container's shell, as one finds it who has logged in. */
final class Shell {

    private final SessionFactory sessions;

    Shell(SessionFactory sessions) {
        this.sessions = sessions;
    }

    /** Returns the commands that an administrator sees, by their full names. */
    SortedMap<String, Command> commands() {
        try {
            return as("admin", (session, output) -> commands(session));
        } catch (Exception e) {
            throw new IllegalStateException("The shell does not list its commands", e);
        }
    }

    private static SortedMap<String, Command> commands(Session session) {
        var commands = new TreeMap<String, Command>();
        for (var command : session.getRegistry().getCommands()) {
            commands.put(command.getScope() + ":" + command.getName(), command);
        }
        return commands;
    }

    /** Runs a line as a user with one role, and returns what it printed. */
    String run(String role, String line) throws Exception {
        return as(role, (session, output) -> {
            session.execute(line);
            return output.toString(StandardCharsets.UTF_8);
        });
    }

    /** Returns what the last word of a line could become, by the command's own completer. */
    List<String> complete(String line) throws Exception {
        return as("admin", (session, output) -> {
            var words = new Words(line);
            var candidates = new ArrayList<String>();
            var commands = commands(session);
            var command = commands.get(words.getArguments()[0]);
            if (command == null) {
                throw new AssertionError(
                        "There is no command " + words.getArguments()[0] + " among " + commands.keySet());
            }
            command.getCompleter(true).complete(session, words, candidates);
            return candidates.stream().map(String::strip).toList();
        });
    }

    private <T> T as(String role, Use<T> use) throws Exception {
        var subject = new Subject();
        subject.getPrincipals().add(new UserPrincipal("somebody"));
        subject.getPrincipals().add(new RolePrincipal(role));
        var output = new ByteArrayOutputStream();
        try (var print = new PrintStream(output, true, StandardCharsets.UTF_8)) {
            return Subject.doAs(subject, (PrivilegedExceptionAction<T>) () -> {
                var session = sessions.create(InputStream.nullInputStream(), print, print);
                try {
                    session.put("USER", "somebody");
                    return use.of(session, output);
                } finally {
                    session.close();
                }
            });
        } catch (PrivilegedActionException e) {
            throw e.getException();
        }
    }

    private interface Use<T> {

        T of(Session session, ByteArrayOutputStream output) throws Exception;
    }
}
