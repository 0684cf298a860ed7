package dev.seneschal.eventlog;

import dev.seneschal.api.storage.Storage;
import dev.seneschal.eventlog.channel.Worker;
import dev.seneschal.eventlog.consumer.ConsumerStates;
import dev.seneschal.eventlog.partition.Partitions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the log does for itself: partitions ahead, old keys away, and the consumers' lag for the metrics. Safe for use by any
 * thread; the work is done on one of its own.
 */
final class Maintenance implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Maintenance.class);
    private static final Duration HOUSEKEEPING = Duration.ofHours(1);
    private static final int KEYS_AT_ONCE = 5_000;

    /** The range index on the time finds old rows without reading the others. */
    private static final String DROP_KEYS =
            """
            DELETE FROM event_keys
             WHERE ctid = ANY (ARRAY(
                     SELECT ctid FROM event_keys
                      WHERE created_at < now() - :days * interval '1 day'
                      LIMIT :limit))""";

    private final Storage storage;
    private final Partitions partitions;
    private final Duration keyRetention;
    private final Duration sample;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Worker worker;
    private final Consumer<Map<String, Long>> lags;
    private long lastHousekeeping = System.nanoTime() - HOUSEKEEPING.toNanos();

    /**
     * Prepares the thread; {@link #start} starts it.
     *
     * @param sample how often the consumers' lags are looked up
     * @param lags takes them, by consumer
     */
    Maintenance(
            Storage storage,
            Partitions partitions,
            Duration keyRetention,
            Duration sample,
            Consumer<Map<String, Long>> lags) {
        this.storage = storage;
        this.partitions = partitions;
        this.keyRetention = keyRetention;
        this.sample = sample;
        this.lags = lags;
        this.worker = new Worker("eventlog-maintenance", this::round);
    }

    void start() {
        worker.start();
    }

    Worker worker() {
        return worker;
    }

    private void round() throws InterruptedException {
        lags.accept(storage.system().<Map<String, Long>, RuntimeException>read(ConsumerStates::lags));
        if (System.nanoTime() - lastHousekeeping >= HOUSEKEEPING.toNanos()) {
            keepHouse();
            lastHousekeeping = System.nanoTime();
        }
        if (stop.await(sample.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.debug("Maintenance ends");
        }
    }

    void keepHouse() {
        int made = partitions.ensureAhead();
        if (made > 0) {
            LOG.info("Made partitions for the days ahead: count={}", made);
        }
        dropKeys();
        try {
            int dropped = partitions.dropEmpty();
            if (dropped > 0) {
                LOG.info("Dropped empty partitions: count={}", dropped);
            }
        } catch (JdbiException e) {
            // It gives way to whoever reads or writes at that moment.
            LOG.debug("Empty partitions are dropped another time", e);
        }
    }

    private void dropKeys() {
        int dropped = KEYS_AT_ONCE;
        while (dropped == KEYS_AT_ONCE && !worker.isStopping()) {
            dropped = storage.system().<Integer, RuntimeException>write(handle -> handle.createUpdate(DROP_KEYS)
                    .bind("days", keyRetention.toDays())
                    .bind("limit", KEYS_AT_ONCE)
                    .execute());
        }
    }

    @Override
    public void close() {
        stop.countDown();
        worker.close();
    }
}
