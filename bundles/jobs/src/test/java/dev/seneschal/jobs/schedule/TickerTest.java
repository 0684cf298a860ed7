package dev.seneschal.jobs.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seneschal.api.audit.Journal;
import dev.seneschal.api.audit.JournalEntry;
import dev.seneschal.api.job.JobSchedule;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.jobs.queue.JobTable;
import dev.seneschal.testkit.TestDatabase;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class TickerTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final Duration POLL = Duration.ofSeconds(1);
    private static TestDatabase database;

    private final Wound clock = new Wound(Instant.parse("2026-03-28T12:00:00Z"));
    private final List<JournalEntry> journal = new ArrayList<>();
    private final JobTable jobs = new JobTable();
    private final Schedules schedules = new Schedules(database.storage(), new Noting(), jobs, clock);
    private final Ticker ticker = new Ticker(database.storage(), jobs, clock);

    @BeforeAll
    static void start() {
        database = TestDatabase.with("jobs");
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    @BeforeEach
    void empty() {
        database.storage().system().run(handle -> {
            handle.execute("DELETE FROM job_schedules");
            handle.execute("DELETE FROM jobs");
            handle.execute("DELETE FROM job_keys");
        });
    }

    private static JobSchedule nightly(String cron, Duration lateness) {
        return new JobSchedule(TenantId.DEFAULT, "nightly", "clean", "{}", cron, BERLIN, lateness, null);
    }

    private static List<String> due() {
        return database.storage().system().read(handle -> handle.createQuery(
                        "SELECT due_at FROM jobs WHERE type = 'clean' ORDER BY due_at")
                .map((row, context) -> row.getObject("due_at", OffsetDateTime.class)
                        .toInstant()
                        .toString())
                .list());
    }

    private void tickAt(String instant) {
        clock.now = Instant.parse(instant);
        ticker.tick(POLL);
    }

    @Test
    void ticksOnceADayOverTheChangeToSummerTime() {
        schedules.put(nightly("30 2 * * *", Duration.ofHours(1)));
        tickAt("2026-03-29T00:59:59Z");
        assertThat(due())
                .as("02:30 does not exist that night, and 03:00 is not yet")
                .isEmpty();
        tickAt("2026-03-29T01:00:00Z");
        tickAt("2026-03-29T01:30:00Z");
        tickAt("2026-03-30T00:30:00Z");
        assertThat(due()).containsExactly("2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z");
    }

    @Test
    void ticksOnceADayOverTheChangeToWinterTime() {
        clock.now = Instant.parse("2026-10-24T12:00:00Z");
        schedules.put(nightly("30 2 * * *", Duration.ofHours(1)));
        tickAt("2026-10-25T00:30:00Z");
        tickAt("2026-10-25T01:30:00Z");
        tickAt("2026-10-26T01:30:00Z");
        assertThat(due()).containsExactly("2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z");
    }

    @Test
    void manyNodesTickOnce() {
        schedules.put(nightly("* * * * *", Duration.ofHours(1)));
        clock.now = clock.now.plus(Duration.ofMinutes(10));
        var nodes = IntStream.range(0, 4)
                .parallel()
                .mapToObj(i -> new Ticker(database.storage(), jobs, clock).tick(POLL))
                .toList();
        ticker.tick(POLL);
        assertThat(nodes).hasSize(4);
        assertThat(due()).hasSize(10).doesNotHaveDuplicates();
    }

    @Test
    void aTickThatIsTooLateIsSkippedAndNoted() {
        schedules.put(nightly("0 * * * *", Duration.ofMinutes(90)));
        tickAt("2026-03-28T20:15:00Z");
        assertThat(due()).containsExactly("2026-03-28T19:00:00Z", "2026-03-28T20:00:00Z");
        assertThat(ticker.skipped()).isEqualTo(1);
        var note = database.storage().system().read(handle -> handle.createQuery("SELECT note FROM job_schedules")
                .mapTo(String.class)
                .one());
        assertThat(note).startsWith("ticks from 2026-03-28T13:00:00Z to before 2026-03-28T19:00:00Z");
    }

    @Test
    void aBundleThatSetsItsScheduleAgainLosesNoTick() {
        schedules.put(nightly("0 13 * * *", Duration.ofHours(3)));
        clock.now = Instant.parse("2026-03-28T14:00:00Z");
        schedules.put(nightly("0 13 * * *", Duration.ofHours(3)));
        ticker.tick(POLL);
        assertThat(due()).isEmpty();
        clock.now = Instant.parse("2026-03-29T12:00:00Z");
        schedules.put(nightly("0 13 * * *", Duration.ofHours(3)));
        ticker.tick(POLL);
        assertThat(due()).containsExactly("2026-03-29T11:00:00Z");
        assertThat(journal).as("only changes are noted").hasSize(1);
    }

    @Test
    void anotherExpressionTicksFromNowOn() {
        schedules.put(nightly("0 * * * *", Duration.ofHours(3)));
        schedules.put(nightly("30 * * * *", Duration.ofHours(3)));
        assertThat(schedules.list(TenantId.DEFAULT)).singleElement().satisfies(schedule -> {
            assertThat(schedule.cron()).isEqualTo("30 * * * *");
            assertThat(schedule.next()).isEqualTo(Instant.parse("2026-03-28T12:30:00Z"));
        });
        assertThat(journal).extracting(JournalEntry::action).containsExactly("job.schedule", "job.schedule");
    }

    @Test
    void aRemovedScheduleTicksNoMore() {
        schedules.put(nightly("* * * * *", Duration.ofHours(1)));
        assertThat(schedules.remove(TenantId.DEFAULT, "nightly")).isTrue();
        assertThat(schedules.remove(TenantId.DEFAULT, "nightly")).isFalse();
        tickAt("2026-03-28T13:00:00Z");
        assertThat(due()).isEmpty();
    }

    @Test
    void itSaysHowLongToWait() {
        schedules.put(nightly("1 * * * *", Duration.ofHours(1)));
        clock.now = Instant.parse("2026-03-28T12:00:59.500Z");
        assertThat(ticker.tick(POLL)).isEqualTo(Duration.ofMillis(500));
        clock.now = Instant.parse("2026-03-28T12:00:00Z");
        assertThat(ticker.tick(POLL)).isEqualTo(POLL);
    }

    @Test
    void whatIsNoScheduleIsRefused() {
        assertThatThrownBy(() -> schedules.put(nightly("0 0 31 2 *", Duration.ofHours(1))))
                .hasMessageContaining("never comes due");
        assertThatThrownBy(() -> schedules.put(nightly("0 0 * *", Duration.ofHours(1))))
                .hasMessageContaining("five fields");
        assertThatThrownBy(() -> schedules.put(nightly("0 0 * * *", Duration.ofHours(-1))))
                .hasMessageContaining("maxLateness");
        assertThatThrownBy(() -> schedules.put(nightly("0 0 * * *", Duration.ZERO)))
                .as("it would never tick")
                .hasMessageContaining("maxLateness must be 1 second to 366 days, not PT0S");
        assertThatThrownBy(() -> schedules.put(new JobSchedule(
                        TenantId.DEFAULT, "n", "t", "{}", "* * * * *", ZoneId.of("+02:00"), Duration.ZERO, null)))
                .hasMessageContaining("IANA");
        assertThat(schedules.list(TenantId.DEFAULT)).isEmpty();
    }

    private final class Noting implements Journal {
        @Override
        public UUID record(Handle transaction, JournalEntry entry) {
            return record(entry);
        }

        @Override
        public UUID record(JournalEntry entry) {
            journal.add(entry);
            return UUID.randomUUID();
        }
    }

    /** A clock that is wound by hand. */
    private static final class Wound extends Clock {

        private volatile Instant now;

        Wound(Instant now) {
            this.now = now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneId.of("UTC");
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
