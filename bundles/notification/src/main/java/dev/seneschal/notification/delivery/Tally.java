package dev.seneschal.notification.delivery;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.osgi.service.component.annotations.Component;

/** Counts what notification does, for the metrics. Safe for use by any thread. */
@Component(service = {Tally.class, MeterBinder.class})
public final class Tally implements MeterBinder {

    private final LongAdder seen = new LongAdder();
    private final LongAdder matched = new LongAdder();
    private final LongAdder renders = new LongAdder();
    private final LongAdder renderNanos = new LongAdder();
    private final Map<Status, LongAdder> ended = new EnumMap<>(Status.class);
    private final LongAdder deferred = new LongAdder();

    /** Starts at zero. */
    public Tally() {
        for (var status : Status.values()) {
            ended.put(status, new LongAdder());
        }
    }

    /** Counts events looked at. */
    public void seen(int events) {
        seen.add(events);
    }

    /** Counts an event that met a workflow. */
    public void matched() {
        matched.increment();
    }

    /** Counts a delivery that failed before it was tried. */
    public void failed() {
        ended(Status.FAILED);
    }

    void ended(Status status) {
        ended.get(status).increment();
    }

    void deferred() {
        deferred.increment();
    }

    void rendered(long nanos) {
        renders.increment();
        renderNanos.add(nanos);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        FunctionCounter.builder("seneschal.notification.events", seen, LongAdder::sum)
                .description("Events that workflows were asked about")
                .register(registry);
        FunctionCounter.builder("seneschal.notification.matches", matched, LongAdder::sum)
                .description("Times an event met a workflow's trigger and conditions")
                .register(registry);
        FunctionCounter.builder("seneschal.notification.deferrals", deferred, LongAdder::sum)
                .description("Attempts that a transport put off")
                .register(registry);
        FunctionTimer.builder(
                        "seneschal.notification.rendering",
                        this,
                        tally -> tally.renders.sum(),
                        tally -> tally.renderNanos.sum(),
                        TimeUnit.NANOSECONDS)
                .description("Mails rendered and how long it took")
                .register(registry);
        ended.forEach((status, count) -> {
            if (status != Status.PENDING && status != Status.SENDING) {
                FunctionCounter.builder("seneschal.notification.deliveries", count, LongAdder::sum)
                        .tag("status", status.label())
                        .description("Deliveries that ended, by final state")
                        .register(registry);
            }
        });
    }
}
