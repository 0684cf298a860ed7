package dev.seneschal.storage.schema;

import dev.seneschal.api.health.HealthProbe.Health;
import dev.seneschal.api.health.HealthProbe.Status;
import dev.seneschal.api.storage.SchemaState;
import dev.seneschal.api.storage.SchemaState.Phase;
import dev.seneschal.api.storage.Schemas;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.storage.pool.Unavailability;
import java.time.Clock;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.util.tracker.BundleTracker;
import org.osgi.util.tracker.BundleTrackerCustomizer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Migrates the schema of every started bundle that names one, and then, not before, registers {@link Storage} for it.
 *
 * <p>The headers: {@code Seneschal-Schema: jobs} names the schema, its changelog is {@code db/jobs.sql};
 * {@code Seneschal-Schema-Requires: access} lists schemas that must be in place before. Every schema requires {@code core}.
 *
 * <p>Safe for use by any thread. Migrations run one after the other on a thread of its own.
 */
public final class SchemaExtender implements Schemas, BundleTrackerCustomizer<SchemaExtender.Entry>, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SchemaExtender.class);
    private static final String HEADER = "Seneschal-Schema";
    private static final String REQUIRES = "Seneschal-Schema-Requires";
    private static final String CORE = "core";
    private static final int RETRY_MILLIS = 1_000;
    private static final int SETTLE_MILLIS = 100;
    private static final String KARAF_FEATURES = "org.apache.karaf.features.FeaturesService";
    private static final String KARAF_BOOT_FINISHED = "org.apache.karaf.features.BootFinished";

    private final BundleContext context;
    private final Migrator migrator;
    private final Storage storage;
    private final Clock clock;
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();
    private final ScheduledExecutorService worker;
    private final BundleTracker<Entry> tracker;
    private volatile boolean settled;

    /** Prepares the extender; {@link #open} starts it. */
    public SchemaExtender(BundleContext context, Migrator migrator, Storage storage, Clock clock) {
        this.context = context;
        this.migrator = migrator;
        this.storage = storage;
        this.clock = clock;
        this.worker = Executors.newSingleThreadScheduledExecutor(task -> {
            var thread = new Thread(task, "seneschal-schema");
            thread.setDaemon(true);
            thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
            return thread;
        });
        this.tracker = new BundleTracker<>(context, Bundle.STARTING | Bundle.ACTIVE, this);
    }

    /** Begins with the bundles that are started and goes on with those that will be. */
    public void open() {
        tracker.open();
        later(this::settle, 0);
    }

    /** Comes after each schema of a bundle that has been started so far, for it is the same thread. */
    private void settle() {
        if (hostStarts()) {
            later(this::settle, SETTLE_MILLIS);
        } else {
            settled = true;
        }
    }

    /** Bundles are started level by level; at the first start Karaf installs features after that. */
    private boolean hostStarts() {
        var beginning = context.getProperty(Constants.FRAMEWORK_BEGINNING_STARTLEVEL);
        var level = context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION)
                .adapt(FrameworkStartLevel.class)
                .getStartLevel();
        return (beginning != null && level < Integer.parseInt(beginning))
                || (context.getServiceReference(KARAF_FEATURES) != null
                        && context.getServiceReference(KARAF_BOOT_FINISHED) == null);
    }

    private void later(Runnable task, long millis) {
        try {
            Future<?> unused = worker.schedule(task, millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("The extender stops and does nothing any more", e);
        }
    }

    @Override
    public Entry addingBundle(Bundle bundle, BundleEvent event) {
        var schema = bundle.getHeaders("").get(HEADER);
        if (schema == null) {
            return null;
        }
        var entry = new Entry(bundle, schema.strip(), requires(bundle, schema.strip()));
        var other = entries.putIfAbsent(entry.schema, entry);
        if (other != null) {
            LOG.error(
                    "Bundle {} names the schema '{}' that bundle {} has; only the first one gets it",
                    bundle.getSymbolicName(),
                    entry.schema,
                    other.bundle.getSymbolicName());
            return null;
        }
        submit(entry);
        return entry;
    }

    private static Set<String> requires(Bundle bundle, String schema) {
        var header = bundle.getHeaders("").get(REQUIRES);
        var named = header == null
                ? Set.<String>of()
                : Arrays.stream(header.split(",")).map(String::strip).collect(Collectors.toSet());
        if (schema.equals(CORE)) {
            return named;
        }
        return Stream.concat(named.stream(), Stream.of(CORE)).collect(Collectors.toSet());
    }

    @Override
    public void modifiedBundle(Bundle bundle, BundleEvent event, Entry entry) {
        // STARTING became ACTIVE: nothing changes for the schema.
    }

    @Override
    public void removedBundle(Bundle bundle, BundleEvent event, Entry entry) {
        entries.remove(entry.schema, entry);
        entry.withdraw();
    }

    @Override
    public List<SchemaState> list() {
        return entries.values().stream()
                .map(entry -> entry.state)
                .sorted(Comparator.comparing(SchemaState::schema))
                .toList();
    }

    /**
     * Says how the schemas stand. Without {@code core} nothing works. Any other schema keeps only its own capability down,
     * except while the host starts: it is not ready before every bundle is started, and each schema found had its turn.
     */
    public Health health() {
        var missing =
                list().stream().filter(state -> state.phase() != Phase.READY).toList();
        if (missing.isEmpty() && !settled) {
            return new Health(Status.DOWN, "the host is starting");
        }
        if (missing.isEmpty()) {
            return new Health(Status.UP, "all schemas are in place");
        }
        var down = !settled || missing.stream().anyMatch(state -> state.schema().equals(CORE));
        var names = missing.stream()
                .map(state -> state.schema() + " " + state.phase() + " " + state.detail())
                .map(String::strip)
                .toList();
        return new Health(down ? Status.DOWN : Status.DEGRADED, "schemas not in place: " + String.join("; ", names));
    }

    @Override
    public void retry(String schema) {
        var entry = entries.get(schema);
        if (entry == null) {
            throw new IllegalArgumentException("No started bundle has a schema '" + schema + "'; there are "
                    + entries.keySet().stream().sorted().toList() + ".");
        }
        if (entry.state.phase() != Phase.READY) {
            submit(entry);
        }
    }

    private void submit(Entry entry) {
        later(() -> process(entry), 0);
    }

    private void process(Entry entry) {
        if (entries.get(entry.schema) != entry || entry.state.phase() == Phase.READY) {
            return;
        }
        var missing = entry.requires.stream()
                .filter(required -> !isReady(required))
                .sorted()
                .toList();
        if (!missing.isEmpty()) {
            entry.enter(Phase.WAITING, 0, "waits for schema " + String.join(", ", missing));
            return;
        }
        try {
            entry.enter(Phase.MIGRATING, 0, "");
            int applied = migrator.migrate(entry.changelog());
            entry.publish(); // its components come up now; only then is the host ready
            entry.enter(Phase.READY, applied, "");
            entries.values().stream()
                    .filter(other -> other.requires.contains(entry.schema) && other.state.phase() == Phase.WAITING)
                    .forEach(this::process);
        } catch (NotYetException e) {
            await(entry, e.getMessage());
        } catch (Exception | LinkageError e) {
            if (Unavailability.isCauseOf(e)) {
                await(entry, "the database cannot be reached: " + rootMessage(e));
            } else {
                entry.enter(Phase.FAILED, migrator.applied(entry.schema), rootMessage(e));
                LOG.error(
                        "The migration of schema={} failed; its bundle stays down. Mend the cause, then run"
                                + " seneschal:schema --retry {}",
                        entry.schema,
                        entry.schema,
                        e);
            }
        }
    }

    private void await(Entry entry, String reason) {
        if (entry.reason(reason)) {
            LOG.warn("The schema {} waits: {}", entry.schema, reason);
        }
        entry.enter(Phase.WAITING, 0, reason);
        later(() -> process(entry), RETRY_MILLIS);
    }

    private boolean isReady(String schema) {
        var entry = entries.get(schema);
        return entry != null && entry.state.phase() == Phase.READY;
    }

    private static String rootMessage(Throwable failure) {
        var root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        var message = root.getMessage();
        return message == null ? root.toString() : message;
    }

    @Override
    public void close() {
        worker.shutdownNow();
        tracker.close();
    }

    /** One bundle's schema. */
    final class Entry {

        private final Bundle bundle;
        private final String schema;
        private final Set<String> requires;
        private volatile SchemaState state;
        private ServiceRegistration<Storage> registration;
        private boolean withdrawn;
        private String reason = "";

        private Entry(Bundle bundle, String schema, Set<String> requires) {
            this.bundle = bundle;
            this.schema = schema;
            this.requires = requires;
            enter(Phase.WAITING, 0, "");
        }

        private Changelog changelog() {
            var loader = bundle.adapt(BundleWiring.class).getClassLoader();
            return new Changelog(schema, requires, loader);
        }

        private void enter(Phase phase, int applied, String detail) {
            var name = bundle.getSymbolicName() + " " + bundle.getVersion();
            state = new SchemaState(schema, name, phase, applied, detail, clock.instant());
        }

        /** Remembers why the entry waits, and returns whether that is new. */
        private synchronized boolean reason(String latest) {
            boolean isNew = !latest.equals(reason);
            reason = latest;
            return isNew;
        }

        private synchronized void publish() {
            if (!withdrawn) {
                registration = context.registerService(
                        Storage.class, storage, new Hashtable<>(Map.of(Storage.SCHEMA, schema)));
            }
        }

        private synchronized void withdraw() {
            withdrawn = true;
            if (registration != null) {
                registration.unregister();
                registration = null;
            }
        }
    }
}
