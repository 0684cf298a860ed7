package dev.seneschal.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.seneschal.api.health.HealthProbe.Status;
import dev.seneschal.api.job.JobHandler;
import dev.seneschal.api.job.JobOutcome;
import dev.seneschal.api.job.JobRequest;
import dev.seneschal.api.job.JobSchedule;
import dev.seneschal.api.job.JobSummary.State;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.testkit.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.annotation.Annotation;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The component as declarative services would drive it. */
final class JobsComponentTest {

    private static final JobOutcome DONE = new JobOutcome.Done();

    private static TestDatabase database;

    @BeforeAll
    static void start() {
        database = TestDatabase.with("jobs");
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    @BeforeEach
    void empty() {
        database.storage().system().run(handle -> {
            handle.execute("DELETE FROM jobs");
            handle.execute("DELETE FROM job_history");
        });
    }

    private JobsComponent component() {
        var component = new JobsComponent(database.storage(), new Nodes.Memory(), Nodes.OPTIONS, Clock.systemUTC());
        component.start();
        return component;
    }

    @Test
    void handlersComeAndGoAndParkedWorkIsSeenByHealthAndMetrics() {
        try (var before = component()) {
            before.add(JobRequest.now(TenantId.DEFAULT, "mail", "{}", null));
        }
        try (var component = component()) {
            var registry = new SimpleMeterRegistry();
            component.bindTo(registry);
            await().until(() -> component.check().status() == Status.DEGRADED);
            assertThat(component.check().detail()).contains("1 due jobs wait for a handler of type mail");
            assertThat(registry.get("seneschal.jobs.backlog")
                            .tag("state", "parked")
                            .gauge()
                            .value())
                    .isEqualTo(1);
            JobHandler handler = job -> DONE;
            var reference = Nodes.reference("mail");
            component.addHandler(reference, handler);
            await().until(() -> component.list(null, "mail", State.DONE, 10).size() == 1);
            await().until(() -> registry.get("seneschal.jobs.ended")
                            .tag("outcome", "done")
                            .functionCounter()
                            .count()
                    == 1);
            component.removeHandler(reference, handler);
            component.add(JobRequest.now(TenantId.DEFAULT, "mail", "{}", null));
            await().until(() ->
                    component.list(TenantId.DEFAULT, "mail", State.PARKED, 10).size() == 1);
        }
    }

    @Test
    void aHandlerWithoutTypeIsNeverCalled() {
        var calls = new AtomicInteger();
        try (var component = component()) {
            var reference = Nodes.reference(null);
            JobHandler handler = job -> {
                calls.incrementAndGet();
                return DONE;
            };
            component.addHandler(reference, handler);
            component.add(JobRequest.now(TenantId.DEFAULT, "mail", "{}", null));
            component.removeHandler(reference, handler);
        }
        assertThat(calls).hasValue(0);
    }

    @Test
    void aScheduleAddsItsJobWhenItIsDue() {
        var schedule = new JobSchedule(
                TenantId.DEFAULT,
                "clean",
                "clean",
                "{}",
                "* * * * *",
                ZoneId.of("Europe/Berlin"),
                Duration.ofMinutes(5),
                null);
        var first = Clock.fixed(Instant.parse("2026-11-22T12:00:30Z"), ZoneOffset.UTC);
        try (var component = new JobsComponent(database.storage(), new Nodes.Memory(), Nodes.OPTIONS, first)) {
            component.start();
            component.schedule(schedule);
            assertThat(component.schedules(TenantId.DEFAULT))
                    .extracting(JobSchedule::next)
                    .containsExactly(Instant.parse("2026-11-22T12:01:00Z"));
        }
        var later = Clock.fixed(Instant.parse("2026-11-22T12:02:30Z"), ZoneOffset.UTC);
        try (var component = new JobsComponent(database.storage(), new Nodes.Memory(), Nodes.OPTIONS, later)) {
            component.start();
            await().until(() -> component.list(TenantId.DEFAULT, "clean", null, 10), jobs -> jobs.size() == 2)
                    .forEach(job -> assertThat(job.dueAt().toString()).endsWith(":00Z"));
            assertThat(component.unschedule(TenantId.DEFAULT, "clean")).isTrue();
        }
    }

    @Test
    void aValueOutOfRangeIsNamedWithItsRange() {
        assertThatThrownBy(() -> Options.of(config(Map.of("leaseSeconds", 2))))
                .hasMessage("dev.seneschal.jobs: leaseSeconds is 2; it must be 3 to 3600.");
        assertThatThrownBy(() -> Options.of(config(Map.of("workers", 0))))
                .hasMessageContaining("workers is 0; it must be 1 to 256");
        assertThat(Options.of(config(Map.of())).settings().workers()).isEqualTo(8);
    }

    private static JobsConfig config(Map<String, Object> values) {
        return (JobsConfig) Proxy.newProxyInstance(
                JobsComponentTest.class.getClassLoader(),
                new Class<?>[] {JobsConfig.class},
                (self, method, arguments) -> method.getDeclaringClass() == Annotation.class
                        ? null
                        : values.getOrDefault(method.getName(), method.getDefaultValue()));
    }
}
