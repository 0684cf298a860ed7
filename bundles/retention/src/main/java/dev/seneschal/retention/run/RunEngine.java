package dev.seneschal.retention.run;

import dev.seneschal.api.audit.Journal;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.api.storage.StorageUnavailableException;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.retention.segment.ArchiveDirectory;
import dev.seneschal.retention.segment.CorruptSegmentException;
import dev.seneschal.retention.segment.SegmentFiles;
import dev.seneschal.retention.segment.SegmentWriter;
import dev.seneschal.retention.segment.UnusableArchiveException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries a run out, or on from wherever it was when somebody last stopped. Safe for use by any thread; of all threads and
 * nodes one at a time works on a run.
 */
final class RunEngine {

    private static final Logger LOG = LoggerFactory.getLogger(RunEngine.class);

    private final Storage storage;
    private final Journal journal;
    private final ArchiveDirectory archive;
    private final SegmentWriter writer;
    private final SegmentFiles files;
    private final RunFiles runFiles;
    private final Settings settings;
    private final Clock clock;
    private final Consumer<Step> steps;

    RunEngine(
            Storage storage,
            Journal journal,
            ArchiveDirectory archive,
            Settings settings,
            Clock clock,
            Consumer<Step> steps) {
        this.storage = storage;
        this.journal = journal;
        this.archive = archive;
        this.writer = new SegmentWriter(archive, settings.segmentRows);
        this.files = new SegmentFiles(archive);
        this.runFiles = new RunFiles(storage, files);
        this.settings = settings;
        this.clock = clock;
        this.steps = steps;
    }

    /**
     * How a run is carried out.
     *
     * @param segmentRows rows in a segment at most
     * @param deleteRows rows deleted in one transaction at most
     * @param lease for how long a node that says nothing keeps a run
     */
    record Settings(int segmentRows, int deleteRows, Duration lease) {}

    /**
     * Carries the run out.
     *
     * @return whether it is finished; false if another node is at it
     * @throws Exception if it could not be brought to its end this time; what was done stands, and it may be called again
     */
    boolean execute(TenantId tenant, UUID id) throws Exception {
        var epoch = storage.tenant(tenant).write(handle -> new RunTable(handle).lease(id, settings.lease));
        var run = storage.tenant(tenant)
                .read(handle -> new RunTable(handle).find(id))
                .orElseThrow();
        if (epoch.isEmpty()) {
            if (run.isFinished()) {
                runFiles.tidyEnded(List.of(run));
            }
            return run.isFinished();
        }
        steps.accept(Step.LEASED);
        execute(new Fence(storage, journal, run, epoch.getAsLong(), settings.lease));
        runFiles.tidyEnded(List.of(run));
        return true;
    }

    private void execute(Fence fence) throws Exception {
        var run = fence.run();
        try {
            archive.ready();
            runFiles.tidy(run, fence.epoch());
            runFiles.tidyEnded(storage.tenant(run.tenant()).read(handle -> new RunTable(handle).untidy()));
            carryOut(fence);
        } catch (StopException | CorruptSegmentException e) {
            stop(fence, e.getMessage());
        } catch (StorageUnavailableException e) {
            throw e;
        } catch (Fence.LeaseLostException e) {
            runFiles.tidy(run, fence.epoch());
            throw e;
        } catch (UnusableArchiveException e) {
            fence.release(e.getMessage());
            throw e;
        } catch (InterruptedException e) {
            fence.release("");
            throw e;
        } catch (Exception e) {
            fence.release("The last attempt failed and is repeated: " + cause(e));
            throw e;
        }
    }

    /** Of a failed statement only the first line of what PostgreSQL said: the rest has rows in it. */
    private static String cause(Exception e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.toString().lines().findFirst().orElseThrow();
    }

    private void carryOut(Fence fence) throws Exception {
        var run = fence.run();
        if (run.state() != State.DELETING) {
            var exporting = new Exporting(fence, writer, files, steps);
            if (run.state() == State.APPROVED) {
                exporting.begin();
            }
            exporting.exportAll();
        }
        new Deleting(fence, files, settings.deleteRows, clock, steps).deleteAll();
        new Destroying(fence, files, steps).destroyAll();
        fence.change(handle -> {
            new RunTable(handle).state(run.id(), State.DONE, "");
            var done = new RunTable(handle).find(run.id()).orElseThrow();
            fence.record(
                    handle,
                    "retention.finish-run",
                    "done as promised",
                    Map.of(
                            "deleted", String.valueOf(done.deleted()),
                            "survivors", String.valueOf(done.survivors()),
                            "destroyed", String.valueOf(done.destroyed())));
        });
        LOG.info(
                "Retention run done run={} tenant={} table={}",
                run.id(),
                run.tenant(),
                run.plan().table());
        steps.accept(Step.RUN_DONE);
    }

    private void stop(Fence fence, String reason) throws Exception {
        var run = fence.run();
        fence.change(handle -> {
            var abandoned = Stopping.stop(handle, run, reason);
            fence.record(handle, "retention.stop-run", reason, Map.of("abandoned", String.valueOf(abandoned)));
        });
        LOG.warn("Retention run stopped run={} tenant={} reason={}", run.id(), run.tenant(), reason);
        steps.accept(Step.RUN_STOPPED);
    }
}
