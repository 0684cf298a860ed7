package dev.seneschal.eventlog.append;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seneschal.api.storage.Storage;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.eventlog.channel.ChannelDirectory;
import dev.seneschal.eventlog.channel.ChannelName;
import dev.seneschal.testkit.TestDatabase;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class HeadsTest {

    private final TestDatabase database = TestDatabase.with("access", "eventlog");
    private final Storage storage = database.storage();

    @AfterEach
    void stop() {
        database.close();
    }

    @Test
    void aCursorCanBeMadeWhileAnAppendHoldsItsChannel() throws Exception {
        var name = new ChannelName(TenantId.DEFAULT, "held:1");
        long channel =
                new ChannelDirectory(storage).ensure(Set.of(name)).get(name).id();
        storage.system().run(appending -> {
            Heads.lock(appending.getConnection(), Set.of(channel));
            int made = storage.system().<Integer, RuntimeException>write(other -> {
                other.execute("SET LOCAL lock_timeout = '2s'");
                other.execute("INSERT INTO event_consumers (name, start) VALUES ('new', 'latest')");
                return other.execute(
                        "INSERT INTO event_cursors (consumer, channel_id, tenant_id) VALUES ('new', ?, 'default')",
                        channel);
            });
            assertThat(made).isEqualTo(1);
        });
    }
}
