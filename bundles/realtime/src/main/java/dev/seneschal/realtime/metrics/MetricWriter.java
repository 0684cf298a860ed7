package dev.seneschal.realtime.metrics;

import dev.seneschal.api.storage.StorageUnavailableException;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.realtime.thread.Threads;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes samples to the table on a thread of its own, so that a database that is away does not hold up measuring. Only the
 * newest sample waits: an older one is worth nothing then.
 */
final class MetricWriter implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MetricWriter.class);

    private final ExecutorService thread = Executors.newSingleThreadExecutor(Threads.named("realtime-metric-writer"));
    private final AtomicReference<Sample> newest = new AtomicReference<>();
    private volatile MetricStore store;
    private boolean failing;

    private record Sample(Instant at, List<Reading> readings) {}

    /** Uses this table from now on; null if there is none. */
    void use(MetricStore newStore) {
        store = newStore;
    }

    void write(Instant at, List<Reading> readings) {
        if (store != null && newest.getAndSet(new Sample(at, readings)) == null) {
            thread.execute(this::writeNewest);
        }
    }

    private void writeNewest() {
        var sample = newest.getAndSet(null);
        var present = store;
        if (present == null) {
            return;
        }
        try {
            present.put(TenantId.DEFAULT, sample.at(), sample.readings());
            if (failing) {
                failing = false;
                LOG.info("Metrics are written again.");
            }
        } catch (RuntimeException e) {
            if (!failing) {
                failing = true;
                if (e instanceof StorageUnavailableException) {
                    LOG.warn("Metrics cannot be written; the channel goes on. cause={}", e.toString());
                } else {
                    LOG.warn("Metrics cannot be written; the channel goes on.", e);
                }
            }
        }
    }

    @Override
    public void close() {
        Threads.stop(thread);
    }
}
