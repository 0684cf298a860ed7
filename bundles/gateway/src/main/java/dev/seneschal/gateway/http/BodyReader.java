package dev.seneschal.gateway.http;

import dev.seneschal.api.http.Problem;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a body whole, within a bound of size and one of time. No thread waits for bytes, so a sender who falls silent holds
 * none. Safe for use by any thread.
 */
final class BodyReader {

    private static final Logger LOG = LoggerFactory.getLogger(BodyReader.class);

    /** A body that is too large is read this far beyond, so that its sender hears the answer instead of a broken pipe. */
    private static final int DRAIN_BYTES = 8 << 20;

    private static final int CHUNK = 16 << 10;

    private final int most;
    private final Duration patience;
    private final ScheduledExecutorService clock;

    BodyReader(int most, Duration patience, ScheduledExecutorService clock) {
        this.most = most;
        this.patience = patience;
        this.clock = clock;
    }

    /** Returns the body to come, or the problem with it. */
    CompletableFuture<byte[]> read(Incoming incoming) {
        var whole = new CompletableFuture<byte[]>();
        if (incoming.length() > (long) most + DRAIN_BYTES) {
            whole.completeExceptionally(tooLarge());
            return whole;
        }
        var alarm =
                clock.schedule(() -> whole.completeExceptionally(late()), patience.toMillis(), TimeUnit.MILLISECONDS);
        var unused = whole.whenComplete((body, failure) -> alarm.cancel(false));
        try {
            var in = incoming.body().open();
            in.setReadListener(new Arrival(in, whole, (int) Math.max(0, Math.min(incoming.length(), CHUNK))));
        } catch (IOException e) {
            whole.completeExceptionally(broken(e));
        }
        return whole;
    }

    private Problem tooLarge() {
        return closing(413, "The body is larger than " + most + " bytes.");
    }

    private Problem late() {
        return closing(408, "The body did not arrive within " + patience.toSeconds() + " seconds.");
    }

    private static Problem broken(Throwable cause) {
        LOG.debug("A body broke off", cause);
        return closing(400, "The body did not arrive whole.");
    }

    /** What is left of the body is not read, so the connection is of no further use. */
    private static Problem closing(int status, String detail) {
        return new Problem(status, detail, List.of(), Map.of("Connection", "close"));
    }

    /** One body on its way. The server calls it, one call at a time. */
    private final class Arrival implements ReadListener {

        private final ServletInputStream in;
        private final CompletableFuture<byte[]> whole;
        private final ByteArrayOutputStream body;
        private final byte[] chunk = new byte[CHUNK];
        private long total;

        Arrival(ServletInputStream in, CompletableFuture<byte[]> whole, int expected) {
            this.in = in;
            this.whole = whole;
            this.body = new ByteArrayOutputStream(expected);
        }

        @Override
        public void onDataAvailable() throws IOException {
            while (!whole.isDone() && in.isReady()) {
                int read = in.read(chunk);
                if (read < 0) {
                    return;
                }
                total += read;
                if (total <= most) {
                    body.write(chunk, 0, read);
                } else if (total > (long) most + DRAIN_BYTES) {
                    whole.completeExceptionally(tooLarge());
                }
            }
        }

        @Override
        public void onAllDataRead() {
            if (total > most) {
                whole.completeExceptionally(tooLarge());
            } else {
                whole.complete(body.toByteArray());
            }
        }

        @Override
        public void onError(Throwable cause) {
            whole.completeExceptionally(broken(cause));
        }
    }
}
