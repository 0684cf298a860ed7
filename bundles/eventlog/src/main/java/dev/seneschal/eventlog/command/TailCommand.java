package dev.seneschal.eventlog.command;

import dev.seneschal.api.event.ChannelHead;
import dev.seneschal.api.event.EventLog;
import dev.seneschal.api.event.StoredEvent;
import dev.seneschal.api.tenant.TenantId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Shows the newest events, and those that come. */
@Service
@Command(scope = "events", name = "tail", description = "Shows the newest events of the log, and those that come.")
public final class TailCommand implements Action {

    /** A terminal is slower than the log: what finds no room here is counted instead of printed. */
    private static final int BACKLOG = 10_000;

    private static final int MOST = 10_000;

    /** After so long without an event, the log may be gone. */
    private static final long QUIET_MILLIS = 1_000;

    @Argument(name = "channel", description = "The channel; without it, all of the tenant.")
    @Completion(ChannelCompleter.class)
    String channel;

    @Option(name = "-n", description = "How many events to show first, up to 10,000.")
    int count = 10;

    @Option(name = "-f", aliases = "--follow", description = "Goes on with events as they are appended, until Ctrl-C.")
    boolean follow;

    @Option(name = "--tenant", description = "Whose events.")
    @Completion(TenantCompleter.class)
    String tenant = TenantId.DEFAULT.value();

    @Reference
    EventLog log;

    @Override
    public Object execute() {
        if (count < 0 || count > MOST) {
            throw new IllegalArgumentException("-n is " + count + "; it must be 0 to " + MOST + ".");
        }
        var whose = new TenantId(tenant);
        if (follow) {
            follow(whose);
        } else {
            newest(whose).forEach(TailCommand::print);
        }
        return null;
    }

    private void follow(TenantId whose) {
        var arrived = new ArrayBlockingQueue<StoredEvent>(BACKLOG);
        var passedOver = new AtomicLong();
        try (var following = log.follow(events -> offer(whose, events, arrived, passedOver))) {
            var shown = newest(whose);
            shown.forEach(TailCommand::print);
            while (!Thread.currentThread().isInterrupted()) {
                var event = arrived.poll(QUIET_MILLIS, TimeUnit.MILLISECONDS);
                if (event == null) {
                    requireRunning();
                } else if (shown.stream().noneMatch(earlier -> earlier.uid().equals(event.uid()))) {
                    // What was appended between the two looks is in both.
                    print(event);
                }
                long missed = passedOver.getAndSet(0);
                if (missed > 0) {
                    System.out.println("… " + missed + " events came faster than they could be shown");
                }
            }
        } catch (InterruptedException e) {
            // Ctrl-C ends the command; the thread is the shell's and goes on with the next one.
            System.out.println();
        }
    }

    /** A log that has stopped, such as that of a bundle that was replaced, says so to those who want to follow it. */
    private void requireRunning() {
        try {
            log.follow(events -> {}).close();
        } catch (IllegalStateException e) {
            throw new IllegalStateException("The event log went away; start again.", e);
        }
    }

    private void offer(
            TenantId whose, List<StoredEvent> events, BlockingQueue<StoredEvent> arrived, AtomicLong passedOver) {
        for (var event : events) {
            boolean wanted = event.tenant().equals(whose)
                    && (channel == null || event.channel().equals(channel));
            if (wanted && !arrived.offer(event)) {
                passedOver.incrementAndGet();
            }
        }
    }

    /** Returns the newest events of all channels wanted, oldest first. */
    private List<StoredEvent> newest(TenantId whose) {
        if (count == 0) {
            return List.of();
        }
        var heads = channel == null ? log.channels(whose) : List.of(log.head(whose, channel));
        var events = new ArrayList<StoredEvent>();
        for (ChannelHead head : heads) {
            events.addAll(log.read(whose, head.channel(), Math.max(0, head.offset() - count), count));
        }
        events.sort(Comparator.comparing(StoredEvent::recordedAt)
                .thenComparing(StoredEvent::channel)
                .thenComparing(StoredEvent::offset));
        return events.subList(Math.max(0, events.size() - count), events.size());
    }

    private static void print(StoredEvent event) {
        System.out.println(event.recordedAt() + " " + Terminal.line(event.channel()) + " " + event.offset() + " "
                + Terminal.line(event.event().type()) + " "
                + Terminal.line(event.event().source()) + " "
                + Terminal.line(event.event().data()));
    }
}
