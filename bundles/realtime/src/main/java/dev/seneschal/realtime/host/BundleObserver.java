package dev.seneschal.realtime.host;

import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Reports bundles that are installed, started, stopped, updated and uninstalled. */
@Component(
        service = {},
        immediate = true)
public final class BundleObserver implements BundleListener, AutoCloseable {

    private static final Map<Integer, String> REPORTED = Map.of(
            BundleEvent.INSTALLED, "installed",
            BundleEvent.STARTED, "started",
            BundleEvent.STOPPED, "stopped",
            BundleEvent.UPDATED, "updated",
            BundleEvent.UNINSTALLED, "uninstalled");

    private final HostEvents events;
    private final BundleContext context;

    /** Reports to these events. */
    @Activate
    public BundleObserver(@Reference HostEvents events, BundleContext context) {
        this.events = events;
        this.context = context;
    }

    /** Begins to listen. */
    @Activate
    void start() {
        context.addBundleListener(this);
    }

    @Override
    public void bundleChanged(BundleEvent event) {
        var what = REPORTED.get(event.getType());
        if (what != null) {
            var bundle = event.getBundle();
            var data = events.data()
                    .put("bundleId", bundle.getBundleId())
                    .put("symbolicName", bundle.getSymbolicName())
                    .put("version", bundle.getVersion().toString());
            events.report("bundle", what, bundle.getSymbolicName(), data);
        }
    }

    @Deactivate
    @Override
    public void close() {
        context.removeBundleListener(this);
    }
}
