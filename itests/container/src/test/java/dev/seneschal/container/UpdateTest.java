package dev.seneschal.container;

import static org.junit.Assert.assertEquals;

import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.Before;
import org.junit.Test;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.wiring.FrameworkWiring;

/** A bundle is updated while the host runs: it comes back, the others stay as they are. */
public class UpdateTest extends ContainerTest {

    private Container container;

    @Before
    public void ready() {
        container = new Container(context);
        Http.awaitReady();
    }

    @Test
    public void realtimeIsUpdatedAlone() throws Exception {
        isUpdatedAlone("seneschal-realtime");
    }

    @Test
    public void notificationIsUpdatedAlone() throws Exception {
        isUpdatedAlone("seneschal-notification");
    }

    @Test
    public void retentionIsUpdatedAlone() throws Exception {
        isUpdatedAlone("seneschal-retention");
    }

    @Test
    public void eventlogIsUpdatedAlone() throws Exception {
        isUpdatedAlone("seneschal-eventlog");
    }

    @Test
    public void jobsIsUpdatedAlone() throws Exception {
        isUpdatedAlone("seneschal-jobs");
    }

    @Test
    public void gatewayIsUpdatedAlone() throws Exception {
        isUpdatedAlone("seneschal-gateway");
    }

    private void isUpdatedAlone(String name) throws Exception {
        var bundle = container.bundle(name);
        var trace = Trace.of(bundle);
        var others = new TreeMap<>(container.lastModified());
        others.remove(bundle.getBundleId() + " " + name);

        bundle.update();
        refresh();

        Http.awaitReady();
        var after = new TreeMap<>(container.lastModified());
        after.remove(bundle.getBundleId() + " " + name);
        assertEquals(others, after);
        assertEquals(List.of(), container.notActive());
        trace.awaitReplaced();
    }

    /** Rewires what the update left on the old classes, and waits for it. */
    private void refresh() throws InterruptedException {
        var done = new CountDownLatch(1);
        context.getBundle(0).adapt(FrameworkWiring.class).refreshBundles(null, event -> {
            if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                done.countDown();
            }
        });
        if (!done.await(60, TimeUnit.SECONDS)) {
            throw new AssertionError("The refresh did not end.");
        }
    }
}
