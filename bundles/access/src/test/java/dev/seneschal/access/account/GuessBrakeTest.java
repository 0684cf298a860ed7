package dev.seneschal.access.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seneschal.access.MovableClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class GuessBrakeTest {

    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final MovableClock clock = new MovableClock();
    private final GuessBrake brake = new GuessBrake(3, LONGEST, clock);

    private void fail(String account, String address) {
        assertThat(brake.begin(account, address)).isEmpty();
        brake.failed(account, address);
    }

    @Test
    void locksDoubleUpToTheLongest() {
        fail("ann", "a");
        fail("ann", "a");
        for (int seconds : new int[] {1, 2, 4, 8, 16, 32, 60, 60}) {
            fail("ann", "a");
            assertThat(brake.begin("ann", "a")).contains(Duration.ofSeconds(seconds));
            clock.advance(Duration.ofSeconds(seconds));
        }
    }

    @Test
    void refusedTriesDoNotProlongALock() {
        for (int i = 0; i < 3; i++) {
            fail("ann", "a");
        }
        for (int i = 0; i < 100; i++) {
            assertThat(brake.begin("ann", "a")).contains(Duration.ofSeconds(1));
        }
        clock.advance(Duration.ofSeconds(1));
        assertThat(brake.begin("ann", "a")).isEmpty();
    }

    @Test
    void triesBegunTogetherAreCountedTogether() {
        for (int i = 0; i < 3; i++) {
            assertThat(brake.begin("ann", "a" + i)).isEmpty();
        }
        assertThat(brake.begin("ann", "a3")).isPresent();
    }

    @Test
    void anAddressThatGuessesManyAccountsIsLockedForAll() {
        for (int i = 0; i < 12; i++) {
            fail("account" + i, "a");
        }
        assertThat(brake.begin("another", "a")).isPresent();
        assertThat(brake.begin("another", "b")).isEmpty();
    }

    @Test
    void oneGoodLoginDoesNotExcuseTheAddressForGuessingOthers() {
        for (int i = 0; i < 11; i++) {
            fail("account" + i, "a");
        }
        assertThat(brake.begin("eve", "a")).isEmpty();
        brake.succeeded("eve", "a");
        fail("account12", "a");
        assertThat(brake.begin("account13", "a")).isPresent();
    }

    @Test
    void manyNamesAreForgottenAndTheOneUnderAttackIsNot() {
        for (int i = 0; i < 3; i++) {
            fail("ann", "a");
        }
        for (int i = 0; i < 20_000; i++) {
            brake.begin("made-up-" + i, "address-" + i);
            if (i % 1_000 == 0) {
                assertThat(brake.begin("ann", "b")).isPresent();
            }
        }
        assertThat(brake.begin("ann", "b")).isPresent();
    }
}
