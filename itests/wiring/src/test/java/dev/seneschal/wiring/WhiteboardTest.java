package dev.seneschal.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seneschal.api.service.Whiteboard;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;

@SuppressWarnings("rawtypes") // the class of a generic service type has no type arguments
final class WhiteboardTest {

    private static TestFramework framework;
    private static BundleContext context;

    private final List<String> present = new ArrayList<>();
    private Whiteboard<Supplier> whiteboard;

    @BeforeAll
    static void start() throws Exception {
        framework = new TestFramework(TestFramework.cache());
        context = framework.context();
    }

    @AfterAll
    static void stop() throws Exception {
        framework.close();
    }

    @AfterEach
    void close() {
        whiteboard.close();
    }

    private void follow() {
        whiteboard = Whiteboard.follow(context, Supplier.class, this::add, this::remove);
    }

    private void add(Supplier service) {
        present.add((String) service.get());
    }

    private void remove(Supplier service) {
        present.remove((String) service.get());
    }

    private static ServiceRegistration<Supplier> register(String name) {
        Supplier<String> service = () -> name;
        return context.registerService(Supplier.class, service, properties(name));
    }

    private static Dictionary<String, String> properties(String name) {
        return new Hashtable<>(Map.of("name", name));
    }

    private static boolean isUsed(ServiceReference<?> reference) {
        return reference.getUsingBundles() != null;
    }

    @Test
    void servicesAreAddedAndRemovedAsTheyComeAndGo() {
        var before = register("before");
        follow();
        assertThat(present).containsExactly("before");

        var after = register("after");
        assertThat(present).containsExactly("before", "after");

        before.unregister();
        assertThat(present).containsExactly("after");

        whiteboard.close();
        assertThat(present).isEmpty();
        assertThat(isUsed(after.getReference())).isFalse();
        after.unregister();
    }

    @Test
    void oneThatCannotBeUsedIsLeftAloneAndTheOthersAreNot() {
        Supplier<String> broken = () -> {
            throw new IllegalStateException("broken");
        };
        var bad = context.registerService(Supplier.class, broken, properties("bad"));
        var good = register("good");

        follow();

        assertThat(present).containsExactly("good");
        assertThat(isUsed(bad.getReference())).isFalse();
        bad.unregister();
        good.unregister();
        assertThat(present).isEmpty();
    }

    @Test
    void oneThatLeavesBeforeItCanBeGotIsNotAdded() {
        follow();

        var leaving = context.registerService(Supplier.class, new Leaving(), properties("leaving"));

        assertThat(present).isEmpty();
        assertThat(isUsed(leaving.getReference())).isFalse();
        leaving.unregister();
    }

    /** As Declarative Services answers for a component that loses a reference while it is made. */
    private static final class Leaving implements ServiceFactory<Supplier> {

        @Override
        public Supplier getService(Bundle bundle, ServiceRegistration<Supplier> registration) {
            return null;
        }

        @Override
        public void ungetService(Bundle bundle, ServiceRegistration<Supplier> registration, Supplier service) {
            throw new IllegalStateException("It was never got.");
        }
    }
}
