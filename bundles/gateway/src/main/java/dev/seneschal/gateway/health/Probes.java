package dev.seneschal.gateway.health;

import dev.seneschal.api.access.Access;
import dev.seneschal.api.event.EventLog;
import dev.seneschal.api.health.HealthProbe;
import dev.seneschal.api.health.HealthProbe.Health;
import dev.seneschal.api.health.HealthProbe.Status;
import dev.seneschal.api.service.Whiteboard;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * Asks every probe at once and waits for none longer than a second. What must be here and is not counts as down. Strangers
 * may ask often: the answer of a moment ago is given again. Safe for use by any thread.
 */
@Component(service = Probes.class, configurationPid = "dev.seneschal.gateway.health")
@Designate(ocd = Probes.Config.class)
public final class Probes implements AutoCloseable {

    /** Settings. */
    @ObjectClassDefinition(name = "Health")
    public @interface Config {
        @AttributeDefinition(description = "Probes that must be present for the host to be ready, by name.")
        String[] requiredProbes() default {"storage"};
    }

    private static final long PATIENCE_MILLIS = 1_200;
    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    private final List<String> required;
    private final List<HealthProbe> probes = new CopyOnWriteArrayList<>();
    private final List<ServiceReference<?>> accesses = new CopyOnWriteArrayList<>();
    private final List<ServiceReference<?>> logs = new CopyOnWriteArrayList<>();
    private final Map<HealthProbe, Future<Health>> running = new ConcurrentHashMap<>();
    private final ExecutorService executor;
    private Whiteboard<HealthProbe> whiteboard;

    private List<Check> latest = List.of();
    private long latestAt;

    @Activate
    public Probes(Config config) {
        this(List.of(config.requiredProbes()));
    }

    /** Begins without a probe. */
    public Probes(List<String> required) {
        this.required = List.copyOf(required);
        this.latestAt = System.nanoTime() - FRESH_NANOS - 1;
        this.executor = Executors.newCachedThreadPool(task -> {
            var thread = new Thread(task, "seneschal-health");
            thread.setDaemon(true);
            thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
            return thread;
        });
    }

    /** Begins to look for probes. */
    @Activate
    public void start(BundleContext context) {
        whiteboard = Whiteboard.follow(context, HealthProbe.class, this::addProbe, this::removeProbe);
    }

    /** Asks this probe from now on. */
    public void addProbe(HealthProbe probe) {
        probes.add(probe);
    }

    /** Asks this probe no longer. */
    public void removeProbe(HealthProbe probe) {
        probes.remove(probe);
        running.remove(probe);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addAccess(ServiceReference<Access> access) {
        accesses.add(access);
    }

    void removeAccess(ServiceReference<Access> access) {
        accesses.remove(access);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addLog(ServiceReference<EventLog> log) {
        logs.add(log);
    }

    void removeLog(ServiceReference<EventLog> log) {
        logs.remove(log);
    }

    /** Returns what every probe found, by name. */
    public synchronized List<Check> checks() {
        if (System.nanoTime() - latestAt > FRESH_NANOS) {
            latest = ask();
            latestAt = System.nanoTime();
        }
        return latest;
    }

    /** Returns the worst status: DOWN if any part that counts is down. */
    public static Status overall(List<Check> checks) {
        return checks.stream()
                .map(check -> check.health().status())
                .max(Comparator.naturalOrder())
                .orElse(Status.UP);
    }

    private List<Check> ask() {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        var present = List.copyOf(probes);
        present.forEach(probe -> running.computeIfAbsent(probe, unused -> executor.submit(probe::check)));
        var checks = new ArrayList<Check>();
        present.forEach(probe -> checks.add(new Check(probe.name(), result(probe, deadline))));
        running.keySet().retainAll(probes); // one that hangs may have gone since it was asked
        checks.add(new Check("access", presence(accesses, "access control")));
        checks.add(new Check("events", presence(logs, "the event log")));
        for (var name : required) {
            if (present.stream().noneMatch(probe -> probe.name().equals(name))) {
                checks.add(
                        new Check(name, new Health(Status.DOWN, "This part is not here yet, or is being replaced.")));
            }
        }
        checks.sort(Comparator.comparing(Check::name));
        return List.copyOf(checks);
    }

    private static Health presence(List<ServiceReference<?>> services, String what) {
        return services.isEmpty()
                ? new Health(Status.DOWN, what + " is not here yet, or is being replaced")
                : new Health(Status.UP, what + " is here");
    }

    /** A probe that hangs is not asked a second time: one thread at most waits for it. */
    private Health result(HealthProbe probe, long deadline) {
        var future = running.get(probe);
        if (future == null) {
            return new Health(Status.DOWN, "The probe has just gone.");
        }
        try {
            var health = future.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            running.remove(probe, future);
            return health;
        } catch (TimeoutException e) {
            return new Health(Status.DOWN, "The probe does not answer.");
        } catch (ExecutionException e) {
            running.remove(probe, future);
            return new Health(Status.DOWN, "The probe failed: " + e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Health(Status.DOWN, "The host is stopping.");
        }
    }

    /** Ends looking for probes, and closes. */
    @Deactivate
    public void stop() {
        whiteboard.close();
        close();
    }

    @Override
    public void close() {
        executor.shutdownNow();
        try {
            executor.awaitTermination(2, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * What one probe found.
     *
     * @param name the probe's name
     * @param health what it found
     */
    public record Check(String name, Health health) {}
}
