package dev.seneschal.realtime.transport;

import dev.seneschal.realtime.connection.Disconnect;
import dev.seneschal.realtime.connection.Wire;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A response that goes on: written without blocking, as fast as the client reads. Safe for use by any thread. */
final class StreamWire implements Wire, WriteListener, AsyncListener {

    private static final Logger LOG = LoggerFactory.getLogger(StreamWire.class);

    private final AsyncContext async;
    private final ServletOutputStream out;
    private final Framing framing;
    private volatile Runnable closed;

    /** What is to be written next. Guarded by this, as is all below. */
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();

    private Outcome outcome;
    private boolean flush;
    private boolean last;
    private boolean over;

    /** Whether the container will call when it can take more; until then it may not be asked. */
    private boolean waiting = true;

    StreamWire(AsyncContext async, ServletOutputStream out, Framing framing) {
        this.async = async;
        this.out = out;
        this.framing = framing;
        pending.writeBytes(framing.opening());
    }

    /** Begins to write; from here on the response is committed. */
    void start(Runnable whenClosed) {
        closed = whenClosed;
        async.addListener(this);
        out.setWriteListener(this);
    }

    @Override
    public void onWritePossible() {
        synchronized (this) {
            waiting = false;
        }
        pump();
    }

    @Override
    public void send(List<byte[]> messages, Outcome newOutcome) {
        synchronized (this) {
            messages.forEach(message -> framing.write(message, pending));
            outcome = newOutcome;
        }
        pump();
    }

    @Override
    public void close(Disconnect reason) {
        synchronized (this) {
            pending.writeBytes(framing.farewell(reason));
            last = true;
        }
        pump();
    }

    private void pump() {
        Outcome finished = null;
        Throwable failure = null;
        boolean complete = false;
        synchronized (this) {
            try {
                while (!waiting && !over) {
                    if (!out.isReady()) {
                        waiting = true;
                    } else if (pending.size() > 0) {
                        var bytes = pending.toByteArray();
                        pending.reset();
                        flush = true;
                        out.write(bytes);
                    } else if (flush) {
                        flush = false;
                        out.flush();
                    } else {
                        finished = outcome;
                        outcome = null;
                        complete = last;
                        over = last;
                        break;
                    }
                }
            } catch (IOException | IllegalStateException e) {
                over = true;
                failure = e;
                finished = outcome;
                outcome = null;
            }
        }
        if (failure != null) {
            fail(finished, failure);
        } else if (finished != null) {
            finished.written();
        }
        if (complete) {
            complete();
        }
    }

    private void fail(Outcome failed, Throwable cause) {
        if (failed != null) {
            failed.failed(cause);
        }
        complete();
    }

    @Override
    public void abort() {
        complete();
    }

    private void complete() {
        try {
            async.complete();
        } catch (IllegalStateException e) {
            LOG.debug("The response is complete already: {}", e.getMessage());
        }
    }

    @Override
    public void onError(Throwable cause) {
        Outcome failed;
        synchronized (this) {
            over = true;
            failed = outcome;
            outcome = null;
        }
        fail(failed, cause);
    }

    @Override
    public void onComplete(AsyncEvent event) {
        synchronized (this) {
            over = true;
        }
        closed.run();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        complete();
    }

    @Override
    public void onError(AsyncEvent event) {
        complete();
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // Nothing begins anew here: the response is dispatched to nobody else.
    }
}
