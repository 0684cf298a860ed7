package dev.seneschal.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The host is killed in the middle of its work, again and again. */
class KillTest {

    private static final int KILLS = 10;
    private static final int PER_SECOND = 200;

    @Test
    void everyAcknowledgedEventIsThereOnceAfterTenKills() throws IOException {
        try (var host = Host.running()) {
            var mails = Mails.aboutEvery(20, host);
            try (var client = new LiveClient(host, EventStream.CHANNEL)) {
                await().until(client::subscribed);
                try (var stream = new EventStream(host, PER_SECOND)) {
                    for (int kill = 1; kill <= KILLS; kill++) {
                        stream.awaitMore(PER_SECOND);
                        host.kill();
                        host.start();
                        host.awaitReady();
                    }
                    stream.awaitMore(PER_SECOND);
                    int count = stream.finish();

                    stream.assertEachIsThereOnce(count);
                    await().atMost(Duration.ofMinutes(1)).until(() -> client.position() == count);
                    client.assertSawEachOnce(count);
                    mails.assertEachIsAccountedFor(count);
                    assertThat(host.shell("audit:verify").lines()).anyMatch(line -> line.startsWith("SOUND: "));
                    System.out.printf("%d events, %d kills, refused: %s%n", count, KILLS, stream.refusals());
                }
            }
        }
    }
}
