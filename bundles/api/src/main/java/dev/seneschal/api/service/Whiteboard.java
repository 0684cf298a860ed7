package dev.seneschal.api.service;

import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the services of one type: what is registered is added, what is unregistered is removed. It takes the place of a
 * multiple, dynamic reference of Declarative Services: Felix SCR notes for good which service such a reference could not
 * get, because it was leaving at that moment, and with the note it keeps the class loader of whoever asked.
 *
 * <p>The callbacks may come on any thread, several at a time, but for one service in order.
 *
 * @param <S> the type
 */
public final class Whiteboard<S> implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Whiteboard.class);

    private final ServiceTracker<S, S> tracker;

    private Whiteboard(ServiceTracker<S, S> tracker) {
        this.tracker = tracker;
    }

    /**
     * Adds what is registered, and begins to follow.
     *
     * @param context that of the bundle that uses the services
     * @param added takes each service, with its reference for properties and rank; one for which this throws is reported
     *     and left alone
     * @param removed lets each service go that was added; after it has returned the service is not in use any more
     */
    public static <S> Whiteboard<S> follow(
            BundleContext context,
            Class<S> type,
            BiConsumer<ServiceReference<S>, S> added,
            BiConsumer<ServiceReference<S>, S> removed) {
        var tracker = new ServiceTracker<S, S>(context, type, null) {

            /** Returns null for a service that is leaving or left alone: it will not be removed either. */
            @Override
            public S addingService(ServiceReference<S> reference) {
                var service = super.addingService(reference);
                if (service == null) {
                    return null;
                }
                try {
                    added.accept(reference, service);
                    return service;
                } catch (RuntimeException | LinkageError e) {
                    LOG.error("A service cannot be used and is left alone: {}", reference, e);
                    super.removedService(reference, service);
                    return null;
                }
            }

            @Override
            public void removedService(ServiceReference<S> reference, S service) {
                try {
                    removed.accept(reference, service);
                } catch (RuntimeException | LinkageError e) {
                    LOG.error("A service that goes was not let go in order: {}", reference, e);
                } finally {
                    super.removedService(reference, service);
                }
            }
        };
        tracker.open();
        return new Whiteboard<>(tracker);
    }

    /** The same, for whom it does not matter how a service was registered. */
    public static <S> Whiteboard<S> follow(
            BundleContext context, Class<S> type, Consumer<S> added, Consumer<S> removed) {
        return follow(
                context,
                type,
                (reference, service) -> added.accept(service),
                (reference, service) -> removed.accept(service));
    }

    /** Ends following, and removes what was added. A second call does nothing. */
    @Override
    public void close() {
        tracker.close();
    }
}
