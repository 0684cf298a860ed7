package dev.seneschal.eventlog.command;

import dev.seneschal.api.event.ConsumerState;
import dev.seneschal.api.event.EventLog;
import dev.seneschal.eventlog.consumer.ConsumerAdmin;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;

/** Forgets a consumer that will not come back. */
@Service
@Command(
        scope = "events",
        name = "forget",
        description = "Forgets a consumer that will not come back, with its positions and dead letters.")
public final class ForgetCommand implements Action {

    @Argument(name = "consumer", description = "The consumer.", required = true)
    @Completion(ConsumerCompleter.class)
    String consumer;

    @Reference
    EventLog log;

    @Reference
    ConsumerAdmin admin;

    @Reference
    Session session;

    @Override
    public Object execute() {
        var isHere = log.consumers().stream().filter(ConsumerState::attached).anyMatch(state -> state.name()
                .equals(consumer));
        if (isHere) {
            throw new IllegalStateException(
                    "The consumer " + consumer + " is at work on this node; stop its bundle first.");
        }
        if (!admin.forget(consumer, Actor.of(session))) {
            throw new IllegalArgumentException("There is no consumer " + consumer + "; events:consumers lists them.");
        }
        System.out.println("Forgotten: " + consumer);
        return null;
    }
}
