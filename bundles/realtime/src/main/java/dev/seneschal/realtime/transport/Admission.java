package dev.seneschal.realtime.transport;

import jakarta.servlet.AsyncContext;
import java.util.concurrent.atomic.AtomicBoolean;

/** A request that waits to become a stream: either that, or refused, whichever is first. Safe for use by any thread. */
final class Admission {

    private final AsyncContext exchange;
    private final AtomicBoolean over = new AtomicBoolean();

    Admission(AsyncContext exchange) {
        this.exchange = exchange;
    }

    AsyncContext exchange() {
        return exchange;
    }

    boolean isOver() {
        return over.get();
    }

    /** Returns whether the response is the caller's to write from now on. */
    boolean grant() {
        return over.compareAndSet(false, true);
    }

    /** Answers with the problem that the failure is, unless it is over already. */
    void refuse(Throwable failure) {
        if (over.compareAndSet(false, true)) {
            Http.end(exchange, failure);
        }
    }
}
