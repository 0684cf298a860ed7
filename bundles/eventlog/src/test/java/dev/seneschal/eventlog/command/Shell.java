package dev.seneschal.eventlog.command;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Session;

/** What commands find in the shell: Karaf gives them a session, and its terminal as {@code System.out}. */
final class Shell implements AutoCloseable {

    private final PrintStream before = System.out;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    Shell() {
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    }

    /** Returns what was printed so far. */
    String text() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    /** Returns a session of that user, or of nobody. */
    static Session session(String user) {
        return stub(Session.class, "get", user);
    }

    /** Returns a line being typed. */
    static CommandLine line(String... words) {
        return stub(CommandLine.class, "getArguments", words);
    }

    private static <T> T stub(Class<T> type, String name, Object answer) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
            if (method.getName().equals(name)) {
                return answer;
            }
            throw new UnsupportedOperationException(method.getName() + List.of(args == null ? new Object[0] : args));
        }));
    }

    @Override
    public void close() {
        System.setOut(before);
    }
}
