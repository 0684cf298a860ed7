package dev.seneschal.mail.smtp;

import dev.seneschal.api.mail.MailMessage;
import dev.seneschal.api.mail.MailResult;
import dev.seneschal.mail.smtp.Line.Handover;
import dev.seneschal.mail.smtp.Line.Utf8MissingException;
import jakarta.mail.MessagingException;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLSocketFactory;

/** The connections to one server: used again while they are fresh, closed when they are spent. Safe for use by any thread. */
final class Lines implements AutoCloseable {

    private final SmtpSettings settings;
    private final SSLSocketFactory tls;
    private final Clock clock;
    private final String provider;
    private final ConcurrentLinkedDeque<Line> resting = new ConcurrentLinkedDeque<>();
    private final AtomicInteger open = new AtomicInteger();
    private final LongAdder opened = new LongAdder();
    private volatile String trouble;
    private volatile boolean closed;

    Lines(SmtpSettings settings, String provider, Clock clock) throws IOException {
        this.settings = settings;
        this.provider = provider;
        this.clock = clock;
        this.tls = Trust.sockets(settings.trustFile());
    }

    /**
     * Hands the message over on the calling thread. A connection that turns out to have died at rest costs nothing: the
     * server has not heard of the message, so another one is tried.
     */
    MailResult send(MailMessage message, Progress progress) {
        if (MimeLetter.needsUtf8(message)) {
            return sendOnNew(message, progress, true);
        }
        for (var line = resting.pollFirst(); line != null; line = resting.pollFirst()) {
            if (line.isStale()) {
                discard(line);
                continue;
            }
            var handover = handOver(line, message, progress);
            if (!handover.again() || progress.isStopped()) {
                return handover.result();
            }
        }
        return sendOnNew(message, progress, false);
    }

    private MailResult sendOnNew(MailMessage message, Progress progress, boolean utf8) {
        Line line;
        try {
            line = Line.open(settings, tls, utf8, progress, clock);
        } catch (Utf8MissingException e) {
            return new MailResult.Refused(e.getMessage());
        } catch (IOException | MessagingException e) {
            var reason = "no connection to " + settings.host() + ":" + settings.port() + ": " + Line.reason(e);
            trouble = progress.isStopped() ? trouble : reason;
            return new MailResult.Deferred(reason);
        }
        trouble = null;
        open.incrementAndGet();
        opened.increment();
        return handOver(line, message, progress).result();
    }

    private Handover handOver(Line line, MailMessage message, Progress progress) {
        Handover handover;
        try {
            handover = line.send(message, provider, progress);
        } catch (RuntimeException e) {
            discard(line);
            throw e;
        }
        if (handover.reusable() && !line.isSpent() && !settings.idle().isZero() && !closed) {
            line.rest();
            resting.addFirst(line);
            if (closed && resting.remove(line)) {
                discard(line);
            }
        } else {
            discard(line);
        }
        return handover;
    }

    private void discard(Line line) {
        open.decrementAndGet();
        line.close();
    }

    /** Closes what has rested for too long. */
    void prune() {
        for (var line : resting) {
            if (line.isStale() && resting.remove(line)) {
                discard(line);
            }
        }
    }

    int open() {
        return open.get();
    }

    int atRest() {
        return resting.size();
    }

    double opened() {
        return opened.sum();
    }

    /** Says why the last connection could not be made; empty if it could. */
    Optional<String> trouble() {
        return Optional.ofNullable(trouble);
    }

    @Override
    public void close() {
        closed = true;
        for (var line = resting.pollFirst(); line != null; line = resting.pollFirst()) {
            discard(line);
        }
    }
}
