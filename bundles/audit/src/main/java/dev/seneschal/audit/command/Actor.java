package dev.seneschal.audit.command;

import org.apache.karaf.shell.api.console.Session;

/** Who types. */
final class Actor {

    private Actor() {}

    /** Returns the session's user; the console in the foreground has none and is the host's own. */
    static String of(Session session) {
        var user = session.get("USER");
        return user == null ? "system" : "user:" + user;
    }
}
