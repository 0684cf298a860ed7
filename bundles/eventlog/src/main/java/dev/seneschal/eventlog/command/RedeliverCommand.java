package dev.seneschal.eventlog.command;

import dev.seneschal.eventlog.consumer.ConsumerAdmin;
import dev.seneschal.eventlog.consumer.DeadLetter;
import java.util.List;
import java.util.UUID;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;

/** Delivers dead letters again, or throws them away. */
@Service
@Command(
        scope = "events",
        name = "redeliver",
        description = "Delivers dead letters to their consumers again, or throws them away.")
public final class RedeliverCommand implements Action {

    private static final int AT_ONCE = 10_000;

    @Argument(name = "id", description = "The dead letters, as events:dead-letters lists them.", multiValued = true)
    @Completion(DeadLetterCompleter.class)
    List<String> ids = List.of();

    @Option(name = "--consumer", description = "All dead letters of this consumer.")
    @Completion(ConsumerCompleter.class)
    String consumer;

    @Option(name = "--discard", description = "Throws them away instead.")
    boolean discard;

    @Reference
    ConsumerAdmin admin;

    @Reference
    Session session;

    @Override
    public Object execute() {
        var chosen = consumer == null
                ? ids.stream().map(UUID::fromString).toList()
                : admin.deadLetters(consumer, AT_ONCE).stream()
                        .map(DeadLetter::id)
                        .toList();
        if (chosen.isEmpty()) {
            throw new IllegalArgumentException(
                    "Name dead letters, or a consumer that has some; events:dead-letters lists them.");
        }
        var actor = Actor.of(session);
        if (discard) {
            System.out.println("Thrown away: " + admin.discard(chosen, actor));
        } else {
            System.out.println("To be delivered again: " + admin.redeliver(chosen, actor)
                    + "; those that fail again stay in events:dead-letters.");
        }
        return null;
    }
}
