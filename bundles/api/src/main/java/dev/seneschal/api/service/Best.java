package dev.seneschal.api.service;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.Filter;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The service of one type with the highest ranking, whichever that is at the moment. It takes the place of an optional,
 * dynamic, greedy reference of Declarative Services, for the reason that {@link Whiteboard} has.
 *
 * <p>Safe for use by any thread. The callbacks come one at a time, on the threads that register and unregister; they must
 * not wait for another thread.
 *
 * @param <S> the type
 */
public final class Best<S> implements Supplier<S>, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Best.class);

    private final Map<ServiceReference<S>, S> services = new HashMap<>();
    private final Consumer<S> arrived;
    private final Consumer<S> gone;
    private final ServiceTracker<S, S> tracker;
    private boolean choosing;
    private volatile S chosen;

    private Best(BundleContext context, Class<S> type, String condition, Consumer<S> arrived, Consumer<S> gone) {
        this.arrived = arrived;
        this.gone = gone;
        this.tracker = new Services(context, type, condition);
    }

    /** Begins to follow the services of a type, for whom it is enough to ask. */
    public static <S> Best<S> of(BundleContext context, Class<S> type) {
        return follow(context, type, null, service -> {}, service -> {});
    }

    /**
     * Begins to follow the services of a type.
     *
     * @param context that of the bundle that uses the service
     * @param condition a filter of RFC 1960 on the services' properties, or null
     * @param arrived takes the service that is the best from now on
     * @param gone lets the service go that was the best until now; if there is another, that one has arrived before
     * @throws IllegalArgumentException if the condition is no filter
     */
    public static <S> Best<S> follow(
            BundleContext context, Class<S> type, String condition, Consumer<S> arrived, Consumer<S> gone) {
        var best = new Best<>(context, type, condition, arrived, gone);
        best.tracker.open();
        best.choosing(true);
        return best;
    }

    /** The same, for whom one callback is enough: it takes the best, or null when there is none any more. */
    public static <S> Best<S> follow(BundleContext context, Class<S> type, String condition, Consumer<S> chosen) {
        var best = new AtomicReference<S>();
        Consumer<S> next = service -> {
            best.set(service);
            chosen.accept(service);
        };
        return follow(context, type, condition, next, service -> {
            if (best.get() == service) {
                next.accept(null);
            }
        });
    }

    /** Returns the service, or null while there is none. */
    @Override
    public S get() {
        return chosen;
    }

    /** Ends following, and lets the service go. A second call does nothing. */
    @Override
    public void close() {
        choosing(false);
        tracker.close();
    }

    /** Until all that is there is known, and from the end on, there is nothing to choose from. */
    private synchronized void choosing(boolean begun) {
        choosing = begun;
        choose();
    }

    private synchronized void offer(ServiceReference<S> reference, S service) {
        services.put(reference, service);
        choose();
    }

    private synchronized void withdraw(ServiceReference<S> reference) {
        services.remove(reference);
        choose();
    }

    private synchronized void choose() {
        var before = chosen;
        var next = !choosing || services.isEmpty() ? null : services.get(Collections.max(services.keySet()));
        if (next == before) { // the very instance: another one may be equal to it
            return;
        }
        chosen = next;
        tell(arrived, next);
        tell(gone, before);
    }

    private static <S> void tell(Consumer<S> callback, S service) {
        if (service == null) {
            return;
        }
        try {
            callback.accept(service);
        } catch (RuntimeException | LinkageError e) {
            LOG.error("A service that came or went was not dealt with in order. service={}", service, e);
        }
    }

    private final class Services extends ServiceTracker<S, S> {

        Services(BundleContext context, Class<S> type, String condition) {
            super(context, filter(type, condition), null);
        }

        /** Returns null for a service that is leaving: it will not be removed either. */
        @Override
        public S addingService(ServiceReference<S> reference) {
            var service = super.addingService(reference);
            if (service != null) {
                offer(reference, service);
            }
            return service;
        }

        @Override
        public void modifiedService(ServiceReference<S> reference, S service) {
            choose();
        }

        @Override
        public void removedService(ServiceReference<S> reference, S service) {
            withdraw(reference);
            super.removedService(reference, service);
        }
    }

    private static Filter filter(Class<?> type, String condition) {
        var ofType = "(" + Constants.OBJECTCLASS + "=" + type.getName() + ")";
        try {
            return FrameworkUtil.createFilter("(&" + ofType + Objects.requireNonNullElse(condition, "") + ")");
        } catch (InvalidSyntaxException e) {
            throw new IllegalArgumentException("This is no filter: " + condition, e);
        }
    }
}
