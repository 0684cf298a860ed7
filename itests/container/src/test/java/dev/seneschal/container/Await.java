package dev.seneschal.container;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Waits for a condition with a deadline. Awaitility would be three more bundles in the container under test. */
final class Await {

    private static final Duration DEADLINE = Duration.ofMinutes(3);
    private static final Duration POLL = Duration.ofMillis(50);

    private Await() {}

    /** Waits until the condition holds; when it never does, fails with what the diagnosis says then. */
    static void until(String what, Callable<Boolean> condition, Supplier<String> diagnosis) {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        Exception last = null;
        do {
            try {
                if (condition.call()) {
                    return;
                }
            } catch (Exception e) {
                // The condition may fail until it holds: a service not yet there, a port not yet open.
                last = e;
            }
            LockSupport.parkNanos(POLL.toNanos());
        } while (System.nanoTime() < deadline);
        throw new AssertionError("Not within " + DEADLINE + ": " + what + ". " + diagnosis.get(), last);
    }
}
