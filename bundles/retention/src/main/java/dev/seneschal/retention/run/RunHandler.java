package dev.seneschal.retention.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.seneschal.api.audit.Journal;
import dev.seneschal.api.job.Job;
import dev.seneschal.api.job.JobHandler;
import dev.seneschal.api.job.JobOutcome;
import dev.seneschal.api.job.JobSummary;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.retention.segment.ArchiveDirectory;
import dev.seneschal.retention.segment.UnusableArchiveException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries runs out as jobs. Safe for use by any thread. */
@Component(property = JobHandler.TYPE + "=" + RunHandler.TYPE_NAME, configurationPid = RunHandler.PID)
@Designate(ocd = RunHandler.Config.class)
public final class RunHandler implements JobHandler {

    static final String TYPE_NAME = "retention.run";

    static final String PID = "dev.seneschal.retention";
    private static final Logger LOG = LoggerFactory.getLogger(RunHandler.class);

    /** Settings. */
    @ObjectClassDefinition(name = "Retention")
    public @interface Config {
        @AttributeDefinition(
                description =
                        "The directory archived rows are written to. Empty: ${karaf.data}/archive. On several nodes"
                                + " it must be one shared directory.")
        String archiveDirectory() default "";

        @AttributeDefinition(
                description = "Rows in one archive segment at most. 10 to 1,000,000.",
                min = "10",
                max = "1000000")
        int segmentRows() default 20_000;

        @AttributeDefinition(
                description = "Rows deleted in one transaction at most. 10 to 10,000.",
                min = "10",
                max = "10000")
        int deleteRows() default 1_000;

        @AttributeDefinition(
                description = "Seconds after which another node may take over a run whose node is silent. 10 to 3,600.",
                min = "10",
                max = "3600")
        int leaseSeconds() default 120;
    }

    private static final Duration ARCHIVE_PAUSE = Duration.ofSeconds(15);

    private final RunEngine engine;
    private final Journal journal;
    private final Duration lease;
    private final ObjectMapper json = new ObjectMapper();

    @Activate
    public RunHandler(
            @Reference(target = "(schema=retention)") Storage storage,
            @Reference Journal journal,
            BundleContext context,
            Config config) {
        this(storage, journal, new ArchiveDirectory(directory(context, config)), settings(config));
    }

    RunHandler(Storage storage, Journal journal, ArchiveDirectory archive, RunEngine.Settings settings) {
        this.engine = new RunEngine(
                storage, journal, archive, settings, Clock.systemUTC(), step -> LOG.debug("Retention step={}", step));
        this.journal = journal;
        this.lease = settings.lease();
    }

    static Path directory(BundleContext context, Config config) {
        if (!config.archiveDirectory().isBlank()) {
            return Path.of(config.archiveDirectory().strip());
        }
        var data = context.getProperty("karaf.data");
        return Path.of(data == null ? "data" : data).resolve("archive");
    }

    static RunEngine.Settings settings(Config config) {
        return new RunEngine.Settings(
                inRange("segmentRows", config.segmentRows(), 10, 1_000_000),
                inRange("deleteRows", config.deleteRows(), 10, 10_000),
                Duration.ofSeconds(inRange("leaseSeconds", config.leaseSeconds(), 10, 3_600)));
    }

    private static int inRange(String key, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    PID + ": " + key + " is " + value + "; it must be " + least + " to " + most + ".");
        }
        return value;
    }

    @Override
    public JobOutcome handle(Job job) throws Exception {
        var run = run(job);
        try {
            return engine.execute(job.tenant(), run)
                    ? new JobOutcome.Done()
                    : new JobOutcome.NotNow("another node holds run " + run, lease);
        } catch (UnusableArchiveException e) {
            return new JobOutcome.NotNow(e.getMessage(), ARCHIVE_PAUSE);
        }
    }

    /** Ends the run with its job; files it left are removed by the tenant's next run. */
    @Override
    public void ended(Handle transaction, Job job, JobSummary.State state, String reason) {
        var found = new RunTable(transaction).lock(run(job));
        if (found.isEmpty() || found.get().isFinished()) {
            return;
        }
        var run = found.get();
        var abandoned = Stopping.stop(transaction, run, "Its job ended: " + reason);
        journal.record(
                transaction,
                Fence.entry(run, "retention.stop-run", reason, Map.of("abandoned", String.valueOf(abandoned))));
    }

    private UUID run(Job job) {
        try {
            return UUID.fromString(json.readTree(job.payload()).path("runId").asText());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The payload of job " + job.id() + " was not written by this bundle", e);
        }
    }
}
