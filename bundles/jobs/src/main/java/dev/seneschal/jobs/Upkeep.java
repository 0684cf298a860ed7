package dev.seneschal.jobs;

import dev.seneschal.api.storage.Storage;
import dev.seneschal.jobs.queue.Backlog;
import dev.seneschal.jobs.queue.History;
import dev.seneschal.jobs.schedule.Ticker;
import dev.seneschal.jobs.work.Loop;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/** What has to be done now and then: ticks of schedules, partitions of the history, a look at the backlog. */
final class Upkeep implements AutoCloseable {

    private static final Duration LOOK = Duration.ofSeconds(10);
    private static final Duration MAINTAIN = Duration.ofHours(1);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    private final Ticker ticker;
    private final Loop ticks;
    private final Loop looks;
    private final Loop history;
    private volatile Backlog backlog = Backlog.UNKNOWN;

    Upkeep(Storage storage, Ticker ticker, Options options) {
        var kept = new History(storage, options.historyDays(), options.keyDays());
        this.ticker = ticker;
        this.ticks = new Loop(
                "ticks", AFTER_FAILURE, () -> ticker.tick(options.settings().poll()));
        this.looks = new Loop("backlog", AFTER_FAILURE, () -> {
            backlog = Backlog.of(storage);
            return LOOK;
        });
        this.history = new Loop("history", AFTER_FAILURE, () -> {
            kept.maintain();
            return MAINTAIN;
        });
    }

    void start() {
        ticks.start();
        looks.start();
        history.start();
    }

    void wake() {
        ticks.wake();
    }

    Backlog backlog() {
        return backlog;
    }

    Ticker ticker() {
        return ticker;
    }

    Optional<String> trouble() {
        return Stream.of(ticks, looks, history)
                .flatMap(loop -> loop.trouble().stream())
                .findFirst();
    }

    @Override
    public void close() {
        ticks.close();
        looks.close();
        history.close();
    }
}
