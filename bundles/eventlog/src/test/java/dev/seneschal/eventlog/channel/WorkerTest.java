package dev.seneschal.eventlog.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

final class WorkerTest {

    private final Semaphore rounds = new Semaphore(0);

    @Test
    void goesOnAfterAnError() throws Exception {
        try (var worker = new Worker("erring", () -> {
            rounds.release();
            throw new NoClassDefFoundError("gone");
        })) {
            worker.start();
            rounds.acquire(2);
            assertThat(worker.hasDied()).isFalse();
        }
    }

    @Test
    void goesOnWhenSomebodyElseInterruptsIt() throws Exception {
        try (var worker = new Worker("interrupted", () -> {
            rounds.release();
            throw new InterruptedException();
        })) {
            worker.start();
            rounds.acquire(2);
            assertThat(worker.hasDied()).isFalse();
        }
    }

    @Test
    void knowsThatItHasDied() {
        try (var worker = new Worker("dying", () -> {
            throw new UnspeakableException();
        })) {
            worker.start();
            await().dontCatchUncaughtExceptions().until(worker::hasDied);
        }
    }

    @Test
    void hasNotDiedWhenItWasClosed() throws Exception {
        var running = new CountDownLatch(1);
        var worker = new Worker("closed", running::countDown);
        worker.start();
        running.await();
        worker.close();
        assertThat(worker.hasDied()).isFalse();
    }
}
