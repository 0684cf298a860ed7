package dev.seneschal.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seneschal.api.service.Best;
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
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;

@SuppressWarnings("rawtypes") // the class of a generic service type has no type arguments
final class BestTest {

    private static TestFramework framework;
    private static BundleContext context;

    private final List<String> told = new ArrayList<>();
    private final List<ServiceRegistration<Supplier>> registered = new ArrayList<>();
    private Best<Supplier> best;

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
    void clean() {
        if (best != null) {
            best.close();
        }
        registered.forEach(ServiceRegistration::unregister);
    }

    private void follow() {
        best = Best.follow(
                context,
                Supplier.class,
                "(kind=test)",
                service -> told.add("+" + service.get()),
                service -> told.add("-" + service.get()));
    }

    private ServiceRegistration<Supplier> register(String name, int rank) {
        Supplier<String> service = () -> name;
        var registration = context.registerService(Supplier.class, service, properties("test", rank));
        registered.add(registration);
        return registration;
    }

    private void unregister(ServiceRegistration<Supplier> registration) {
        registered.remove(registration);
        registration.unregister();
    }

    private static Dictionary<String, Object> properties(String kind, int rank) {
        return new Hashtable<>(Map.of("kind", kind, Constants.SERVICE_RANKING, rank));
    }

    @Test
    void theHighestRankingIsChosenAndTheNextArrivesBeforeTheOldOneGoes() {
        var first = register("first", 0);
        follow();
        assertThat(best.get().get()).isEqualTo("first");

        register("equal", 0);
        var higher = register("higher", 1);
        assertThat(best.get().get()).isEqualTo("higher");

        unregister(higher);
        unregister(first);
        assertThat(best.get().get()).isEqualTo("equal");
        assertThat(told).containsExactly("+first", "+higher", "-first", "+first", "-higher", "+equal", "-first");
    }

    @Test
    void aChangeOfRankingChangesTheChoice() {
        register("one", 1);
        var other = register("other", 0);
        follow();

        other.setProperties(properties("test", 2));
        assertThat(best.get().get()).isEqualTo("other");

        other.setProperties(properties("nothing to do with it", 2));
        assertThat(best.get().get()).isEqualTo("one");
        assertThat(told).containsExactly("+one", "+other", "-one", "+one", "-other");
    }

    @Test
    void onlyTheBestArrivesAtTheBeginningAndGoesAtTheEnd() {
        register("low", 0);
        var only = register("high", 1);
        register("middle", 0);
        follow();

        best.close();

        assertThat(best.get()).isNull();
        assertThat(told).containsExactly("+high", "-high");
        assertThat(only.getReference().getUsingBundles()).isNull();
    }

    @Test
    void whoTakesOneCallbackHearsNullWhenThereIsNoneAnyMore() {
        var heard = new ArrayList<String>();
        var low = register("low", 0);
        best = Best.follow(
                context,
                Supplier.class,
                null,
                service -> heard.add(service == null ? "none" : service.get().toString()));

        var high = register("high", 1);
        unregister(low);
        unregister(high);

        assertThat(heard).containsExactly("low", "high", "none");
    }

    @Test
    void aCallbackThatFailsDoesNotKeepTheNextServiceOut() {
        best = Best.follow(context, Supplier.class, "(kind=test)", service -> {
            if (service != null && service.get().equals("bad")) {
                throw new IllegalStateException("bad");
            }
            told.add(service == null ? "none" : service.get().toString());
        });

        register("bad", 0);
        register("good", 1);

        assertThat(told).containsExactly("good");
    }

    @Test
    void aConditionThatIsNoFilterIsRefused() {
        assertThatThrownBy(() -> Best.follow(context, Supplier.class, "kind=test", service -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("kind=test");
    }
}
