package dev.seneschal.mailbox;

import dev.seneschal.api.storage.Storage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets old messages go, so that a mailbox nobody empties does not fill the disk. Works on a thread of its own. */
@Component(
        service = {},
        immediate = true,
        configurationPid = "dev.seneschal.mailbox")
@Designate(ocd = MailboxPruner.Config.class)
public final class MailboxPruner implements AutoCloseable {

    /** Settings. */
    @ObjectClassDefinition(name = "Mailbox")
    public @interface Config {
        @AttributeDefinition(description = "Days that messages are kept. 1 to 3,650.", min = "1", max = "3650")
        int keepDays() default 30;
    }

    private static final Logger LOG = LoggerFactory.getLogger(MailboxPruner.class);
    private static final int CLOSING_SECONDS = 5;

    private final Storage storage;
    private final int keepDays;
    private final MessageTable messages = new MessageTable();
    private final ScheduledExecutorService worker = Executors.newSingleThreadScheduledExecutor(task -> {
        var thread = new Thread(task, "seneschal-mailbox-prune");
        thread.setDaemon(true);
        thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
        return thread;
    });

    @Activate
    public MailboxPruner(@Reference(target = "(schema=mailbox)") Storage storage, Config config) {
        this(storage, config.keepDays());
    }

    /** Begins to prune, each hour. */
    @Activate
    void start() {
        var unused = worker.scheduleWithFixedDelay(this::round, 1, 60, TimeUnit.MINUTES);
    }

    MailboxPruner(Storage storage, int keepDays) {
        if (keepDays < 1 || keepDays > 3_650) {
            throw new IllegalArgumentException(
                    "dev.seneschal.mailbox: keepDays is " + keepDays + "; it must be 1 to 3650.");
        }
        this.storage = storage;
        this.keepDays = keepDays;
    }

    /** A task that throws is never run again, and an hour later the database may be back, or a bundle replaced. */
    private void round() {
        try {
            prune();
        } catch (Throwable e) {
            LOG.warn("Old messages could not be deleted; it is tried again in an hour", e);
        }
    }

    /** Deletes what is older than it may be; returns how many messages that were. */
    int prune() {
        var all = 0;
        int some;
        do {
            some = storage.system().write(handle -> messages.prune(handle, keepDays));
            all += some;
        } while (some > 0 && !worker.isShutdown());
        if (all > 0) {
            LOG.info("Old messages were deleted from the mailbox: messages={} keptDays={}", all, keepDays);
        }
        return all;
    }

    @Deactivate
    @Override
    public void close() {
        worker.shutdown();
        try {
            if (!worker.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS)) {
                worker.shutdownNow();
            }
        } catch (InterruptedException e) {
            worker.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
