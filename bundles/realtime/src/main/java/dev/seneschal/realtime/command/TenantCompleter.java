package dev.seneschal.realtime.command;

import dev.seneschal.api.realtime.Channels;
import java.util.List;
import java.util.stream.Stream;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;

/** Completes the name of a tenant that someone is connected for. */
@Service
public final class TenantCompleter implements Completer {

    @Reference
    private Channels channels;

    /** Completes once its reference is set. */
    public TenantCompleter() {
        // The shell sets the reference.
    }

    TenantCompleter(Channels channels) {
        this.channels = channels;
    }

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        var connected = channels.connections().stream().map(Channels.Connection::tenant);
        var listening = channels.channels().stream().map(Channels.Channel::tenant);
        var names = Stream.concat(connected, listening)
                .map(tenant -> tenant.value())
                .distinct()
                .sorted()
                .toList();
        return new StringsCompleter(names).complete(session, line, candidates);
    }
}
