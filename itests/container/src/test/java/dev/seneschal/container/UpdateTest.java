package dev.seneschal.container;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotEquals;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.Before;
import org.junit.Test;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.wiring.FrameworkWiring;

/**
 * A bundle is updated while the host runs: it comes back, the others stay as they are.
 *
 * <p>Not {@code api}, {@code jdbi} and {@code micrometer}: a refresh of these takes the bundle of the tests itself along.
 * They are updated from outside by the host's tests.
 */
public class UpdateTest extends ContainerTest {

    private Container container;

    @Before
    public void ready() {
        container = new Container(context);
        Http.awaitReady();
    }

    @Test
    public void accessIsUpdatedAlone() throws Exception {
        isUpdatedAlone("seneschal-access");
    }

    @Test
    public void auditIsUpdatedAlone() throws Exception {
        isUpdatedAlone("seneschal-audit");
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
    public void mailIsUpdatedAlone() throws Exception {
        isUpdatedAlone("seneschal-mail");
    }

    @Test
    public void mailboxIsUpdatedAlone() throws Exception {
        isUpdatedAlone("seneschal-mailbox");
    }

    @Test
    public void storageIsUpdatedAlone() throws Exception {
        isUpdatedAlone("seneschal-storage");
    }

    @Test
    public void storageEmbeddedIsUpdatedAlone() throws Exception {
        isUpdatedAlone("seneschal-storage-embedded");
    }

    @Test
    public void gatewayIsUpdatedAlone() throws Exception {
        isUpdatedAlone("seneschal-gateway");
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

    /** The bundles that use the updated one's classes are wired anew, and leave their old class loaders as it does. */
    private void isUpdatedAlone(String name) throws Exception {
        var bundle = container.bundle(name);
        var traces = container.ours().stream().collect(Collectors.toMap(Function.identity(), Trace::of));
        var others = container.lastModified();
        var changed = others.remove(bundle.getBundleId() + " " + name);

        bundle.update();
        refresh();

        Await.until("every bundle is active", () -> container.notActive().isEmpty(), () -> container
                .notActive()
                .toString());
        Http.awaitReady();
        var after = container.lastModified();
        assertNotEquals(changed, after.remove(bundle.getBundleId() + " " + name));
        assertEquals(others, after);
        assertFalse(traces.get(bundle).isCurrent(bundle));
        traces.forEach((traced, trace) -> {
            if (!trace.isCurrent(traced)) {
                trace.awaitReplaced();
            }
        });
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
