package dev.seneschal.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.seneschal.api.health.HealthProbe.Status;
import dev.seneschal.api.storage.Scope;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.eventlog.channel.UnspeakableException;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class EventLogComponentTest {

    @Test
    void healthNamesAThreadThatHasDied() {
        try (var nodes = new Nodes();
                var component = new EventLogComponent(
                        new DeadlyStorage(nodes.storage()), Configs.with(Map.of("pollMillis", 50)))) {
            component.start();
            await().dontCatchUncaughtExceptions().untilAsserted(() -> {
                var health = component.check();
                assertThat(health.status()).isEqualTo(Status.DOWN);
                assertThat(health.detail()).contains("eventlog-maintenance");
            });
        }
    }

    /** A storage whose use ends a thread. */
    private record DeadlyStorage(Storage storage) implements Storage {

        @Override
        public Scope tenant(TenantId tenant) {
            return storage.tenant(tenant);
        }

        @Override
        public Scope system() {
            throw new UnspeakableException();
        }

        @Override
        public Listening listen(String channel, Consumer<String> callback) {
            return storage.listen(channel, callback);
        }
    }
}
