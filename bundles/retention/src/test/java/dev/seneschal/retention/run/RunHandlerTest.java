package dev.seneschal.retention.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seneschal.api.job.Job;
import dev.seneschal.api.job.JobOutcome;
import dev.seneschal.api.job.JobSummary;
import dev.seneschal.retention.Host;
import dev.seneschal.retention.segment.ArchiveDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunHandlerTest {

    private final Host host = new Host();

    @TempDir
    Path directory;

    @BeforeEach
    void start() throws Exception {
        host.clean();
        host.samples(40);
    }

    @AfterEach
    void stopHost() {
        host.close();
    }

    private RunHandler handler(Path archive) {
        return new RunHandler(
                host.database.storage(),
                host.journal,
                new ArchiveDirectory(archive),
                new RunEngine.Settings(10, 4, Duration.ofMinutes(1)));
    }

    private static Job job(Run run) {
        return new Job(
                run.jobId(), run.tenant(), RunHandler.TYPE_NAME, "{\"runId\":\"" + run.id() + "\"}", 1, Instant.EPOCH);
    }

    private void end(RunHandler handler, Run run) {
        host.database
                .storage()
                .system()
                .run(handle -> handler.ended(handle, job(run), JobSummary.State.CANCELLED, "cancelled by user:test"));
    }

    @Test
    void anArchiveThatCannotBeWrittenMakesTheRunWaitAndSaysSo() throws Exception {
        var file = Files.createFile(directory.resolve("file"));
        var run = host.approve(host.policy("samples", "created_at", 30, null));
        assertThat(handler(file).handle(job(run))).isInstanceOf(JobOutcome.NotNow.class);
        assertThat(host.run(run.id()).detail()).contains(file.toString()).contains("Make it writable");
        assertThat(handler(directory).handle(job(run))).isInstanceOf(JobOutcome.Done.class);
        assertThat(host.run(run.id()).state()).isEqualTo(State.DONE);
    }

    @Test
    void aRunEndsWithItsJobAndAnotherOneCanBegin() throws Exception {
        var policy = host.policy("samples", "created_at", 30, null);
        var run = host.approve(policy);
        var handler = handler(directory);
        end(handler, run);
        end(handler, run);
        assertThat(host.run(run.id()).state()).isEqualTo(State.STOPPED);
        assertThat(host.run(run.id()).detail()).contains("cancelled by user:test");
        assertThat(host.number("SELECT count(*) FROM audit_entries WHERE action = 'retention.stop-run'"))
                .isOne();
        var next = host.approve(policy);
        handler.handle(job(next));
        end(handler, next);
        assertThat(host.run(next.id()).state()).isEqualTo(State.DONE);
    }
}
