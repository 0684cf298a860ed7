package dev.seneschal.jobs.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Berlin puts its clocks forward on 2026-03-29 at 01:00Z (02:00 to 03:00) and back on 2026-10-25 at 01:00Z (03:00 to 02:00). */
final class CronTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private static List<String> ticks(String expression, ZoneId zone, String from, int count) {
        var cron = Cron.parse(expression, zone);
        return Stream.iterate(cron.after(Instant.parse(from)), cron::after)
                .limit(count)
                .map(Instant::toString)
                .toList();
    }

    @Test
    void aFixedTimeIsLocalTimeInSummerAndWinter() {
        assertThat(ticks("30 8 * * *", BERLIN, "2026-03-27T12:00:00Z", 3))
                .containsExactly("2026-03-28T07:30:00Z", "2026-03-29T06:30:00Z", "2026-03-30T06:30:00Z");
    }

    @Test
    void aFixedTimeThatIsSkippedTicksOnceAtTheEndOfTheGap() {
        assertThat(ticks("30 2 * * *", BERLIN, "2026-03-28T00:00:00Z", 3))
                .containsExactly("2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z");
    }

    @Test
    void severalSkippedTimesTickOnceTogether() {
        assertThat(ticks("0,15,30 2 * * *", BERLIN, "2026-03-29T00:00:00Z", 2))
                .containsExactly("2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z");
    }

    @Test
    void aFixedTimeThatComesTwiceTicksTheFirstTimeOnly() {
        assertThat(ticks("30 2 * * *", BERLIN, "2026-10-24T12:00:00Z", 2))
                .containsExactly("2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z");
    }

    @Test
    void betweenTheTwoRoundsOfAnOverlapAFixedTimeIsOver() {
        assertThat(ticks("30 2 * * *", BERLIN, "2026-10-25T01:10:00Z", 1)).containsExactly("2026-10-26T01:30:00Z");
    }

    @Test
    void anIntervalTicksByElapsedTimeOverAnOverlap() {
        assertThat(ticks("*/30 * * * *", BERLIN, "2026-10-25T00:15:00Z", 4))
                .containsExactly(
                        "2026-10-25T00:30:00Z", "2026-10-25T01:00:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:00:00Z");
    }

    @Test
    void anIntervalTicksByElapsedTimeOverAGap() {
        assertThat(ticks("*/30 * * * *", BERLIN, "2026-03-29T00:15:00Z", 3))
                .containsExactly("2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z");
    }

    @Test
    void aZoneWithAHalfHourChangeIsRightToo() {
        // Lord Howe goes from 02:00 to 02:30 on 2026-10-04, at 15:30Z of the day before.
        assertThat(ticks("15 2 * * *", ZoneId.of("Australia/Lord_Howe"), "2026-10-03T00:00:00Z", 2))
                .containsExactly("2026-10-03T15:30:00Z", "2026-10-04T15:15:00Z");
    }

    @Test
    void dayOfMonthAndWeekdayTogetherMeanEither() {
        assertThat(ticks("0 0 13 * 5", ZoneId.of("UTC"), "2026-11-01T00:00:00Z", 4))
                .containsExactly(
                        "2026-11-06T00:00:00Z", "2026-11-13T00:00:00Z", "2026-11-20T00:00:00Z", "2026-11-27T00:00:00Z");
        assertThat(ticks("0 0 14 * 5", ZoneId.of("UTC"), "2026-11-13T12:00:00Z", 1))
                .containsExactly("2026-11-14T00:00:00Z");
    }

    @Test
    void namesOfDaysAndMonthsAreUnderstood() {
        assertThat(ticks("0 6 * JAN MON", ZoneId.of("UTC"), "2026-11-01T00:00:00Z", 1))
                .containsExactly("2027-01-04T06:00:00Z");
    }

    @Test
    void theTwentyNinthOfFebruaryIsFound() {
        assertThat(ticks("0 0 29 2 *", ZoneId.of("UTC"), "2026-11-01T00:00:00Z", 1))
                .containsExactly("2028-02-29T00:00:00Z");
    }

    @Test
    void theNextTickLiesAfterTheInstantAlways() {
        assertThat(ticks("0 12 * * *", ZoneId.of("UTC"), "2026-11-01T12:00:00Z", 1))
                .containsExactly("2026-11-02T12:00:00Z");
        assertThat(ticks("0 12 * * *", ZoneId.of("UTC"), "2026-11-01T11:59:59.999999999Z", 1))
                .containsExactly("2026-11-01T12:00:00Z");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "* * * *", "60 * * * *", "* * * * * *", "x * * * *", "*/0 * * * *", "5-1 * * * *"})
    void whatIsNotACronExpressionIsRefused(String expression) {
        assertThatThrownBy(() -> Cron.parse(expression, BERLIN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not a cron expression of five fields");
    }

    @Test
    void whatNeverComesDueIsRefused() {
        var never = Cron.parse("0 0 31 2 *", BERLIN);
        assertThatThrownBy(() -> never.after(Instant.EPOCH)).hasMessageContaining("never comes due");
    }
}
