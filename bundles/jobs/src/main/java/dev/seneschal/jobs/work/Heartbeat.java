package dev.seneschal.jobs.work;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews this node's leases, says what it handles, and takes back what silent nodes had; on a thread of its own, so that
 * nothing else can make it late.
 */
final class Heartbeat implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);

    private final Leases leases;
    private final GiveUps giveUps;
    private final Held held;
    private final Figures figures;
    private final Supplier<Set<String>> types;
    private final Runnable reaped;
    private final Duration lease;
    private final Loop loop;

    /**
     * When the last round that came through began. Before that, and after an outage, this node takes nothing back: what
     * kept it from renewing kept the others too, and they need a moment.
     */
    private long lastRound;

    /**
     * @param types what this node handles
     * @param reaped called when there is work again that a silent node had
     */
    Heartbeat(
            Leases leases,
            GiveUps giveUps,
            Held held,
            Figures figures,
            Supplier<Set<String>> types,
            Runnable reaped,
            Duration lease) {
        this.leases = leases;
        this.giveUps = giveUps;
        this.lastRound = System.nanoTime() - lease.toNanos();
        this.held = held;
        this.figures = figures;
        this.types = types;
        this.reaped = reaped;
        this.lease = lease;
        this.loop = new Loop("heartbeat", Duration.ofMillis(Math.min(500, lease.toMillis() / 6)), this::round);
    }

    void start() {
        loop.start();
    }

    Loop loop() {
        return loop;
    }

    private Duration round() {
        var begun = System.nanoTime();
        renew();
        var here = types.get();
        leases.announce(here);
        if (begun - lastRound < lease.toNanos()) {
            reap(here);
        }
        lastRound = begun;
        return lease.dividedBy(3);
    }

    private void reap(Set<String> here) {
        var count = leases.revive() + giveUps.end(List.copyOf(here));
        if (count > 0) {
            LOG.warn("Took back work of nodes that went silent: jobs={}", count);
            figures.reaped(count);
            reaped.run();
        }
    }

    private void renew() {
        var mine = held.list().stream().filter(one -> !one.isAbandoned()).toList();
        if (mine.isEmpty()) {
            return;
        }
        var trusted = System.nanoTime() + lease.toNanos();
        var kept = leases.renew(mine.stream().map(Execution::leased).toList());
        for (var one : mine) {
            if (kept.contains(one.job().id())) {
                one.trustUntil(trusted);
            } else {
                one.trustUntil(System.nanoTime());
            }
        }
    }

    /** Stops, and says that this node leaves. */
    @Override
    public void close() {
        loop.close();
        try {
            leases.leave();
        } catch (RuntimeException e) {
            LOG.info("This node could not say that it leaves; the others see it when its word runs out", e);
        }
    }
}
