package dev.seneschal.gateway.http;

import dev.seneschal.api.http.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a body whole, within a bound of size and one of time. */
final class BodyReader {

    private static final Logger LOG = LoggerFactory.getLogger(BodyReader.class);

    /** A body that is too large is read this far beyond, so that its sender hears the answer instead of a broken pipe. */
    private static final int DRAIN_BYTES = 8 << 20;

    private static final int CHUNK = 16 << 10;

    private final int most;
    private final Duration patience;

    BodyReader(int most, Duration patience) {
        this.most = most;
        this.patience = patience;
    }

    byte[] read(Incoming incoming) {
        try {
            return readWhole(incoming);
        } catch (IOException e) {
            LOG.debug("A body broke off", e);
            throw new Problem(400, "The body did not arrive whole.");
        }
    }

    private byte[] readWhole(Incoming incoming) throws IOException {
        if (incoming.length() > (long) most + DRAIN_BYTES) {
            throw tooLarge();
        }
        long deadline = System.nanoTime() + patience.toNanos();
        var body = new ByteArrayOutputStream((int) Math.max(0, Math.min(incoming.length(), most)));
        var chunk = new byte[CHUNK];
        long total = 0;
        try (var in = incoming.body().open()) {
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                total += read;
                if (System.nanoTime() - deadline > 0) {
                    throw new Problem(408, "The body did not arrive within " + patience.toSeconds() + " seconds.");
                }
                if (total > (long) most + DRAIN_BYTES) {
                    throw tooLarge();
                }
                if (total <= most) {
                    body.write(chunk, 0, read);
                }
            }
        }
        if (total > most) {
            throw tooLarge();
        }
        return body.toByteArray();
    }

    private Problem tooLarge() {
        return new Problem(413, "The body is larger than " + most + " bytes.");
    }
}
