package dev.seneschal.jobs.schedule;

import dev.seneschal.api.job.JobRequest;
import dev.seneschal.api.job.JobSchedule;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.jobs.queue.JobTable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds one job per tick. Every node of a cluster may have one of these: the row lock lets one node through, and the tick's
 * key makes a second job of it impossible. Which tick is due is the injected clock's business.
 */
public final class Ticker {

    private static final Logger LOG = LoggerFactory.getLogger(Ticker.class);
    private static final int ATTEMPTS = 10;

    /** How many ticks of one schedule one transaction makes up for. */
    private static final int TICKS = 100;

    private static final String DUE =
            """
            SELECT tenant_id, name, type, payload, cron, zone, max_lateness_millis, next_at
            FROM job_schedules WHERE next_at <= :now
            ORDER BY next_at LIMIT 50 FOR UPDATE SKIP LOCKED
            """;

    private static final String ADVANCE =
            """
            UPDATE job_schedules
            SET next_at = :next, last_tick_at = coalesce(:last, last_tick_at), note = coalesce(:note, note)
            WHERE tenant_id = :tenant AND name = :name
            """;

    private static final String NEXT = "SELECT min(next_at) FROM job_schedules";

    private final Storage storage;
    private final JobTable jobs;
    private final Clock clock;
    private final LongAdder ticks = new LongAdder();
    private final LongAdder skipped = new LongAdder();

    /** Reads the time from the clock, and nothing else. */
    public Ticker(Storage storage, JobTable jobs, Clock clock) {
        this.storage = storage;
        this.jobs = jobs;
        this.clock = clock;
    }

    /**
     * Adds the jobs of all ticks that are due.
     *
     * @param most the longest wait to return
     * @return how long until there is more to do
     */
    public Duration tick(Duration most) {
        var now = clock.instant();
        return storage.system().write(handle -> {
            due(handle, now).forEach(schedule -> advance(handle, schedule, now));
            var next = handle.createQuery(NEXT).mapTo(Instant.class).findOne();
            var wait = next.map(at -> Duration.between(now, at)).orElse(most);
            return wait.compareTo(most) > 0 ? most : wait.isNegative() ? Duration.ofMillis(1) : wait;
        });
    }

    private static List<JobSchedule> due(Handle handle, Instant now) {
        return handle.createQuery(DUE)
                .bind("now", now)
                .map((row, context) -> Schedules.schedule(row))
                .list();
    }

    private void advance(Handle handle, JobSchedule schedule, Instant now) {
        var cron = Cron.parse(schedule.cron(), schedule.zone());
        var oldest = now.minus(schedule.maxLateness());
        var tick = schedule.next();
        String note = null;
        if (tick.isBefore(oldest)) {
            // The tick at the oldest moment itself is just in time, hence the nanosecond.
            var next = cron.after(oldest.minusNanos(1));
            note = "ticks from " + tick + " to before " + next + " were more than " + schedule.maxLateness()
                    + " late at " + now + " and skipped";
            LOG.warn(
                    "Ticks came too late and are skipped: tenant={} schedule={} from={} before={}",
                    schedule.tenant(),
                    schedule.name(),
                    tick,
                    next);
            skipped.increment();
            tick = next;
        }
        Instant last = null;
        for (int i = 0; i < TICKS && !tick.isAfter(now); i++) {
            jobs.add(handle, job(schedule, tick));
            ticks.increment();
            last = tick;
            tick = cron.after(tick);
        }
        handle.createUpdate(ADVANCE)
                .bind("next", tick)
                .bind("last", last)
                .bind("note", note)
                .bind("tenant", schedule.tenant().value())
                .bind("name", schedule.name())
                .execute();
    }

    private static JobRequest job(JobSchedule schedule, Instant tick) {
        return new JobRequest(
                schedule.tenant(),
                schedule.type(),
                schedule.payload(),
                JobRequest.ORDINARY,
                tick,
                "tick " + schedule.name() + " " + tick,
                ATTEMPTS);
    }

    /** Returns how many ticks added a job here. */
    public double ticks() {
        return ticks.sum();
    }

    /** Returns how many times ticks were skipped here for being late. */
    public double skipped() {
        return skipped.sum();
    }
}
