package dev.seneschal.jobs;

import dev.seneschal.jobs.queue.Backlog;
import dev.seneschal.jobs.schedule.Ticker;
import dev.seneschal.jobs.work.Engine;
import dev.seneschal.jobs.work.Figures;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/** The queue's metrics: what this node did, and how much there is in the cluster. */
final class JobMeters implements MeterBinder {

    private final Engine engine;
    private final Upkeep upkeep;

    JobMeters(Engine engine, Upkeep upkeep) {
        this.engine = engine;
        this.upkeep = upkeep;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        ended(registry, "done", Figures::done);
        ended(registry, "failed", Figures::failed);
        ended(registry, "retried", Figures::retried);
        ended(registry, "released", Figures::released);
        ended(registry, "lost", Figures::lostLeases);
        FunctionCounter.builder("seneschal.jobs.reaped", engine.figures(), Figures::reaped)
                .description("Jobs taken back from nodes that went silent")
                .register(registry);
        FunctionTimer.builder(
                        "seneschal.jobs.run", engine.figures(), Figures::runs, Figures::runNanos, TimeUnit.NANOSECONDS)
                .description("Calls of handlers")
                .register(registry);
        backlog(registry, "waiting", Backlog::waiting);
        backlog(registry, "ready", Backlog::ready);
        backlog(registry, "leased", Backlog::leased);
        backlog(registry, "parked", Backlog::parked);
        Gauge.builder("seneschal.jobs.oldest", upkeep, u -> u.backlog().oldestSeconds())
                .description("How long the oldest due work has been due")
                .baseUnit("seconds")
                .register(registry);
        Gauge.builder("seneschal.jobs.running", engine, Engine::running)
                .description("Handlers at work on this node")
                .register(registry);
        Gauge.builder("seneschal.jobs.buffered", engine, Engine::buffered)
                .description("Jobs fetched by this node that have not begun")
                .register(registry);
        FunctionCounter.builder("seneschal.jobs.ticks", upkeep.ticker(), Ticker::ticks)
                .description("Jobs added by schedules")
                .register(registry);
        FunctionCounter.builder("seneschal.jobs.ticks.skipped", upkeep.ticker(), Ticker::skipped)
                .description("Times that a schedule's ticks came too late and were skipped")
                .register(registry);
    }

    private void ended(MeterRegistry registry, String outcome, ToDoubleFunction<Figures> count) {
        FunctionCounter.builder("seneschal.jobs.ended", engine.figures(), count)
                .description("Attempts that ended on this node")
                .tag("outcome", outcome)
                .register(registry);
    }

    private void backlog(MeterRegistry registry, String state, ToDoubleFunction<Backlog> count) {
        Gauge.builder("seneschal.jobs.backlog", upkeep, u -> count.applyAsDouble(u.backlog()))
                .description("Jobs in the whole cluster")
                .tag("state", state)
                .register(registry);
    }
}
