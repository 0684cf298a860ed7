package dev.seneschal.jobs.schedule;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.field.CronFieldName;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * A cron expression on the clocks of a zone. Immutable.
 *
 * <p>When clocks are put forward or back it does what crontab(5) promises: an expression with a fixed hour ticks once that
 * day, at the first moment after the gap if its time was skipped, the first time round if its time comes twice; one with a
 * {@code *} in the hour ticks by elapsed time, so not at all in a gap and on both rounds of an overlap.
 *
 * <p>cron-utils knows the calendar, on local time without offsets; this class places local time on the time line.
 */
final class Cron {

    private static final int ZONE_CHANGES_LOOKED_AT = 400;

    private final String expression;
    private final ZoneId zone;
    private final ExecutionTime calendar;
    private final boolean everyHour;

    private Cron(String expression, ZoneId zone, ExecutionTime calendar, boolean everyHour) {
        this.expression = expression;
        this.zone = zone;
        this.calendar = calendar;
        this.everyHour = everyHour;
    }

    /**
     * Parses five fields, minute first.
     *
     * @throws IllegalArgumentException if it is not valid, or never comes due
     */
    static Cron parse(String expression, ZoneId zone) {
        try {
            var parser = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));
            var cron = parser.parse(expression).validate();
            var hour = cron.retrieveFieldsAsMap().get(CronFieldName.HOUR).getExpression();
            return new Cron(
                    expression,
                    zone,
                    ExecutionTime.forCron(cron),
                    hour.asString().startsWith("*"));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "'" + expression + "' is not a cron expression of five fields (minute hour day month weekday): "
                            + e.getMessage(),
                    e);
        }
    }

    /**
     * Returns the first tick after the instant.
     *
     * @throws IllegalArgumentException if there is none
     */
    Instant after(Instant instant) {
        return (everyHour ? byElapsedTime(instant) : byLocalTime(instant))
                .orElseThrow(() -> new IllegalArgumentException("'" + expression + "' never comes due."));
    }

    /** Walks over the stretches between two changes of the zone's offset; within one, local time is elapsed time. */
    private Optional<Instant> byElapsedTime(Instant instant) {
        var rules = zone.getRules();
        var from = instant;
        for (int i = 0; i < ZONE_CHANGES_LOOKED_AT; i++) {
            var offset = rules.getOffset(from);
            var next = next(LocalDateTime.ofInstant(from, offset)).map(local -> local.toInstant(offset));
            var change = rules.nextTransition(from);
            if (change == null || (next.isPresent() && next.get().isBefore(change.getInstant()))) {
                return next;
            }
            from = change.getInstant();
            var first = LocalDateTime.ofInstant(from, rules.getOffset(from));
            if (next(first.minusNanos(1)).filter(first::equals).isPresent()) {
                return Optional.of(from);
            }
        }
        return Optional.empty();
    }

    private Optional<Instant> byLocalTime(Instant instant) {
        var local = Optional.of(LocalDateTime.ofInstant(instant, zone));
        while (true) {
            local = next(local.get());
            if (local.isEmpty()) {
                return Optional.empty();
            }
            var tick = place(local.get());
            if (tick.isAfter(instant)) {
                return Optional.of(tick);
            }
        }
    }

    /** Returns the instant of a local time: the first of two, or the end of the gap it lies in. */
    private Instant place(LocalDateTime local) {
        var rules = zone.getRules();
        var offsets = rules.getValidOffsets(local);
        return offsets.isEmpty() ? rules.getTransition(local).getInstant() : local.toInstant(offsets.get(0));
    }

    private Optional<LocalDateTime> next(LocalDateTime local) {
        return calendar.nextExecution(local.atZone(ZoneOffset.UTC)).map(next -> next.toLocalDateTime());
    }
}
