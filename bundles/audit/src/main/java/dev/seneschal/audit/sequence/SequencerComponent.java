package dev.seneschal.audit.sequence;

import dev.seneschal.api.audit.Journal;
import dev.seneschal.api.health.HealthProbe;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.api.storage.StorageUnavailableException;
import dev.seneschal.audit.note.VerifierKey;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the sequencer again and again on a thread of its own, and says how the journal stands. Safe for use by any thread.
 */
@Component(
        service = {SequencerComponent.class, HealthProbe.class, MeterBinder.class},
        configurationPid = "dev.seneschal.audit")
@Designate(ocd = SequencerComponent.Config.class)
public final class SequencerComponent implements HealthProbe, MeterBinder, AutoCloseable {

    /** Settings. */
    @ObjectClassDefinition(name = "Audit journal")
    public @interface Config {
        @AttributeDefinition(
                description =
                        "Milliseconds between two rounds that order and sign new entries. 100 to 60,000. Until then"
                                + " who has write access to the database could change an entry unnoticed.",
                min = "100",
                max = "60000")
        long intervalMillis() default 1_000;

        @AttributeDefinition(
                description =
                        "The file of the signing key, made at the first start. Empty: ${karaf.etc}/keys/audit.pem.")
        String keyFile() default "";

        @AttributeDefinition(
                description =
                        "The file every signed checkpoint is appended to. Empty: ${karaf.data}/audit/checkpoints.")
        String checkpointFile() default "";
    }

    private static final Logger LOG = LoggerFactory.getLogger(SequencerComponent.class);
    private static final String PID = "dev.seneschal.audit";
    private static final int BATCH = 5_000;
    private static final double LATE_SECONDS = 60;
    private static final int LATE_INTERVALS = 5;
    private static final Duration LATE_AT_LEAST = Duration.ofSeconds(10);

    private final Storage storage;
    private final Path keyFile;
    private final Path checkpointFile;
    private final SigningKeys keys;
    private final Sequencer sequencer;
    private final Clock clock;
    private final long intervalMillis;
    private final Duration late;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        var thread = new Thread(task, "seneschal-audit-sequencer");
        thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
        return thread;
    });

    private volatile String trouble = "";
    private volatile LogTables.Backlog backlog = new LogTables.Backlog(0, 0);
    private volatile long size;
    private volatile boolean storageIsAway;
    private volatile Instant lastRound;

    @Activate
    public SequencerComponent(
            @Reference(target = "(schema=audit)") Storage storage,
            @Reference Journal journal,
            BundleContext context,
            Config config) {
        this(
                storage,
                journal,
                path(context, config.keyFile(), "karaf.etc", "etc", "keys/audit.pem"),
                path(context, config.checkpointFile(), "karaf.data", "data", "audit/checkpoints"),
                config.intervalMillis(),
                Clock.systemUTC());
    }

    /** For tests. */
    public SequencerComponent(
            Storage storage, Journal journal, Path keyFile, Path checkpointFile, long intervalMillis, Clock clock) {
        if (intervalMillis < 100 || intervalMillis > 60_000) {
            throw new IllegalArgumentException(
                    PID + ": intervalMillis is " + intervalMillis + "; it must be 100 to 60000.");
        }
        this.storage = storage;
        this.keyFile = keyFile;
        this.checkpointFile = checkpointFile;
        this.keys = new SigningKeys(new KeyFile(keyFile), journal);
        this.sequencer = new Sequencer(storage, keys, new Witness(checkpointFile), BATCH);
        this.clock = clock;
        this.intervalMillis = intervalMillis;
        var intervals = Duration.ofMillis(LATE_INTERVALS * intervalMillis);
        this.late = intervals.compareTo(LATE_AT_LEAST) > 0 ? intervals : LATE_AT_LEAST;
        this.lastRound = clock.instant();
    }

    /** Begins to order and sign. */
    @Activate
    public void start() {
        var unused = thread.scheduleWithFixedDelay(this::round, 0, intervalMillis, TimeUnit.MILLISECONDS);
    }

    private static Path path(BundleContext context, String configured, String base, String fallback, String file) {
        if (!configured.isBlank()) {
            return Path.of(configured.strip());
        }
        var directory = context.getProperty(base);
        return Path.of(directory == null ? fallback : directory).resolve(file);
    }

    private void round() {
        try {
            sequencer.placeAll();
            sign();
            look();
            if (storageIsAway) {
                LOG.info("The journal is ordered and signed again");
            }
            storageIsAway = false;
        } catch (StorageUnavailableException e) {
            if (!storageIsAway) {
                LOG.warn("The journal waits for the database cause={}", e.getMessage());
            }
            storageIsAway = true;
        } catch (RuntimeException e) {
            report("The journal cannot be ordered: " + e.getMessage());
            LOG.debug("Cause", e);
        } catch (Throwable e) {
            // Whatever gets out of here ends all further rounds without a word.
            report("The journal cannot be ordered: " + e);
            LOG.error("A round of the journal's sequencer failed", e);
        } finally {
            lastRound = clock.instant();
        }
    }

    private synchronized void sign() {
        try {
            sequencer.sign();
            report("");
        } catch (Trouble e) {
            report(e.getMessage());
        }
    }

    private void report(String now) {
        if (!now.equals(trouble)) {
            if (now.isEmpty()) {
                LOG.info("The journal is signed again");
            } else {
                LOG.error("{}", now);
            }
        }
        trouble = now;
    }

    private void look() {
        storage.system().run(handle -> {
            var log = new LogTables(handle);
            backlog = log.backlog();
            size = log.size();
        });
    }

    /** Returns where the signing key is. */
    public Path keyFile() {
        return keyFile;
    }

    /** Returns why the journal is not signed, or an empty string. */
    public String trouble() {
        return trouble;
    }

    /** Returns the public keys, the one in use last. */
    public List<VerifierKey> publicKeys() {
        return storage.system().read(handle -> new LogTables(handle).keys());
    }

    /** Opens the checkpoints this node keeps outside the database. */
    public KeptCheckpoints keptCheckpoints() throws IOException {
        return new Witness(checkpointFile).kept();
    }

    /**
     * States that the signing key was lost or must not be used any more: the key in the file, or a new one if there is no
     * file, takes its place. A round that has not found the old one ends first, so that its complaint does not outlive it.
     *
     * @throws Trouble if it cannot
     */
    public synchronized VerifierKey replaceKey(String reason, String actor) throws Trouble {
        var key = storage.system().<VerifierKey, Trouble>write(handle -> keys.replace(handle, reason, actor)
                .verifier());
        report("");
        return key;
    }

    @Override
    public String name() {
        return "audit";
    }

    @Override
    public Health check() {
        if (!trouble.isEmpty()) {
            return new Health(Status.DEGRADED, trouble);
        }
        var silence = Duration.between(lastRound, clock.instant());
        if (silence.compareTo(late) > 0) {
            return new Health(
                    Status.DEGRADED,
                    "the last round that orders and signs new entries ended " + silence.toSeconds() + " s ago");
        }
        var waiting = backlog;
        if (waiting.oldestSeconds() > LATE_SECONDS) {
            return new Health(
                    Status.DEGRADED,
                    waiting.count() + " entries wait for their place, the oldest for "
                            + Math.round(waiting.oldestSeconds()) + " s");
        }
        return new Health(Status.UP, size + " entries");
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("seneschal.audit.unsequenced", this, self -> self.backlog.count())
                .description("Entries that wait for their place in the tree")
                .register(registry);
        Gauge.builder("seneschal.audit.unsequenced.age", this, self -> self.backlog.oldestSeconds())
                .description("How long the oldest of them has waited")
                .baseUnit("seconds")
                .register(registry);
        Gauge.builder("seneschal.audit.entries", this, self -> self.size)
                .description("Entries that have a place in the tree")
                .register(registry);
        Gauge.builder("seneschal.audit.signing", this, self -> self.trouble.isEmpty() ? 1 : 0)
                .description("1 while the journal can be signed")
                .register(registry);
    }

    @Deactivate
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(10, TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            thread.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
