package dev.seneschal.jobs.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class LoopTest {

    @Test
    void goesOnWhateverARoundThrowsAndSaysWhatItWas() {
        var rounds = new AtomicInteger();
        var failing = new AtomicInteger(1);
        try (var loop = new Loop("test", Duration.ofMillis(1), () -> {
            rounds.incrementAndGet();
            if (failing.get() > 0) {
                throw new NoClassDefFoundError("a/bundle/that/Left");
            }
            return Duration.ofMillis(1);
        })) {
            loop.start();
            await().until(() -> rounds.get() > 3);
            assertThat(loop.trouble().orElseThrow()).contains("a/bundle/that/Left");
            failing.set(0);
            await().until(() -> loop.trouble().isEmpty());
        }
    }
}
