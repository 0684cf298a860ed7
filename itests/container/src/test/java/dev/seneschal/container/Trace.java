package dev.seneschal.container;

import java.lang.ref.WeakReference;
import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;

/** What a bundle may leave behind: its class loader, and threads that run its code or carry its loader. */
final class Trace {

    private final String name;
    private final String packages;
    private final int loader;
    private final WeakReference<ClassLoader> reference;

    private Trace(Bundle bundle) {
        var loader = bundle.adapt(BundleWiring.class).getClassLoader();
        this.name = bundle.toString();
        this.packages = bundle.getSymbolicName().replace('-', '.') + ".";
        this.loader = System.identityHashCode(loader);
        this.reference = new WeakReference<>(loader);
    }

    /** Remembers the bundle as it runs now, without holding it. */
    static Trace of(Bundle bundle) {
        return new Trace(bundle);
    }

    /** Returns whether the bundle still runs with the class loader it had then. */
    boolean isCurrent(Bundle bundle) {
        return System.identityHashCode(bundle.adapt(BundleWiring.class).getClassLoader()) == loader;
    }

    /** Waits until no thread runs the bundle's code, and its class loader has been collected. */
    void awaitGone() {
        Await.until("no thread of " + name + " runs", () -> threads().isEmpty(), () -> threads()
                .toString());
        awaitReplaced();
    }

    /** Waits until the class loader has been collected, and with it every thread that ran its code. */
    void awaitReplaced() {
        Await.until(
                "the class loader of " + name + " is collected",
                () -> {
                    System.gc();
                    return reference.get() == null;
                },
                () -> "Something still refers to it; take a heap dump and look for its bundle wiring.");
    }

    private List<String> threads() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> System.identityHashCode(thread.getKey().getContextClassLoader()) == loader
                        || List.of(thread.getValue()).stream()
                                .anyMatch(frame -> frame.getClassName().startsWith("dev." + packages)))
                .map(thread -> thread.getKey().getName())
                .toList();
    }
}
