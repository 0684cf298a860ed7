package dev.seneschal.container;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.karaf.features.FeaturesService;
import org.apache.karaf.shell.api.console.SessionFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.util.tracker.ServiceTracker;

/** The container as a test sees it: bundles, features, commands, services. */
final class Container {

    private final BundleContext context;

    Container(BundleContext context) {
        this.context = context;
    }

    <T> T service(Class<T> type) {
        var tracker = new ServiceTracker<T, T>(context, type, null);
        tracker.open();
        try {
            var service = tracker.waitForService(60_000);
            if (service == null) {
                throw new AssertionError("There is no service " + type.getName());
            }
            return service;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            tracker.close();
        }
    }

    /** Installs features; bundles that do not need it are not refreshed. */
    void install(String... features) throws Exception {
        service(FeaturesService.class)
                .installFeatures(Set.of(features), EnumSet.of(FeaturesService.Option.NoAutoRefreshBundles));
    }

    void uninstall(String feature) throws Exception {
        var features = service(FeaturesService.class);
        features.uninstallFeature(
                feature,
                features.getFeature(feature).getVersion(),
                EnumSet.of(FeaturesService.Option.NoAutoRefreshBundles));
    }

    Bundle bundle(String symbolicName) {
        return find(symbolicName).orElseThrow(() -> new AssertionError("There is no bundle " + symbolicName));
    }

    Optional<Bundle> find(String symbolicName) {
        return Arrays.stream(context.getBundles())
                .filter(bundle -> symbolicName.equals(bundle.getSymbolicName()))
                .findFirst();
    }

    /** Returns the host's own bundles. */
    List<Bundle> ours() {
        return Arrays.stream(context.getBundles())
                .filter(bundle -> Objects.toString(bundle.getSymbolicName(), "").startsWith("seneschal-"))
                .toList();
    }

    /** Names the bundles that should run and do not. */
    List<String> notActive() {
        return Arrays.stream(context.getBundles())
                .filter(bundle -> bundle.getState() != Bundle.ACTIVE && !isFragment(bundle))
                .map(bundle -> bundle + " in state " + bundle.getState())
                .toList();
    }

    /** Every bundle with the time of its last change, which an install, update or uninstall moves and a stop does not. */
    Map<String, Long> lastModified() {
        return Arrays.stream(context.getBundles())
                .collect(Collectors.toMap(
                        bundle -> bundle.getBundleId() + " " + bundle.getSymbolicName(),
                        Bundle::getLastModified,
                        (a, b) -> a,
                        TreeMap::new));
    }

    /** Returns the shell. */
    Shell shell() {
        return new Shell(service(SessionFactory.class));
    }

    /** Names the commands of a scope. */
    List<String> commands(String scope) {
        return shell().commands().keySet().stream()
                .filter(name -> name.startsWith(scope + ":"))
                .toList();
    }

    private static boolean isFragment(Bundle bundle) {
        return bundle.getHeaders().get(Constants.FRAGMENT_HOST) != null
                || (bundle.adapt(BundleRevision.class).getTypes() & BundleRevision.TYPE_FRAGMENT) != 0;
    }
}
