package dev.seneschal.jobs;

import dev.seneschal.api.audit.Journal;
import dev.seneschal.api.health.HealthProbe;
import dev.seneschal.api.job.JobHandler;
import dev.seneschal.api.job.JobQueue;
import dev.seneschal.api.job.JobRequest;
import dev.seneschal.api.job.JobSchedule;
import dev.seneschal.api.job.JobSummary;
import dev.seneschal.api.service.Whiteboard;
import dev.seneschal.api.storage.Scope;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.jobs.queue.Interventions;
import dev.seneschal.jobs.queue.JobRegister;
import dev.seneschal.jobs.queue.JobTable;
import dev.seneschal.jobs.schedule.Schedules;
import dev.seneschal.jobs.schedule.Ticker;
import dev.seneschal.jobs.work.Engine;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The work queue of this node: takes requests, keeps schedules, and does the work of the types whose handlers are registered.
 *
 * <p>Safe for use by any thread.
 */
@Component(
        service = {JobQueue.class, HealthProbe.class, MeterBinder.class},
        immediate = true,
        configurationPid = "dev.seneschal.jobs")
@Designate(ocd = JobsConfig.class)
public final class JobsComponent implements JobQueue, HealthProbe, MeterBinder, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(JobsComponent.class);

    private final Storage storage;
    private final JobTable jobs = new JobTable();
    private final JobRegister register = new JobRegister();
    private final Interventions interventions;
    private final Schedules schedules;
    private final Engine engine;
    private final Upkeep upkeep;
    private Whiteboard<JobHandler> handlers;

    @Activate
    public JobsComponent(
            @Reference(target = "(schema=jobs)") Storage storage, @Reference Journal journal, JobsConfig config) {
        this(storage, journal, Options.of(config), Clock.systemUTC());
    }

    JobsComponent(Storage storage, Journal journal, Options options, Clock clock) {
        this.storage = storage;
        this.schedules = new Schedules(storage, journal, jobs, clock);
        this.engine = new Engine(storage, options.settings(), UUID.randomUUID());
        this.interventions = new Interventions(journal, engine::tell);
        this.upkeep = new Upkeep(storage, new Ticker(storage, jobs, clock), options);
    }

    /** Takes the handlers that are there, and begins to work. */
    @Activate
    void start(BundleContext context) {
        handlers = Whiteboard.follow(context, JobHandler.class, this::addHandler, this::removeHandler);
        start();
    }

    void start() {
        engine.start();
        upkeep.start();
    }

    /** Begins to do the handler's type of work. */
    void addHandler(ServiceReference<JobHandler> reference, JobHandler handler) {
        if (reference.getProperty(JobHandler.TYPE) instanceof String type && !type.isBlank()) {
            engine.add(type, handler, reference);
        } else {
            LOG.warn(
                    "A job handler without the service property '{}' is never called: bundle={} handler={}",
                    JobHandler.TYPE,
                    reference.getBundle(),
                    handler.getClass().getName());
        }
    }

    /** Returns when none of the handler's work runs any more, or the time to drain is over. */
    void removeHandler(ServiceReference<JobHandler> reference, JobHandler handler) {
        if (reference.getProperty(JobHandler.TYPE) instanceof String type) {
            engine.remove(type, handler);
        }
    }

    @Override
    public UUID add(Handle transaction, JobRequest request) {
        return jobs.add(transaction, request);
    }

    @Override
    public UUID add(JobRequest request) {
        return storage.tenant(request.tenant()).write(handle -> jobs.add(handle, request));
    }

    @Override
    public void schedule(JobSchedule schedule) {
        schedules.put(schedule);
        upkeep.wake();
    }

    @Override
    public boolean unschedule(TenantId tenant, String name) {
        return schedules.remove(tenant, name);
    }

    @Override
    public List<JobSchedule> schedules(TenantId tenant) {
        return schedules.list(tenant);
    }

    @Override
    public List<JobSummary> list(TenantId tenant, String type, JobSummary.State state, int limit) {
        Scope scope = tenant == null ? storage.system() : storage.tenant(tenant);
        return register.list(scope, type, state, null, limit);
    }

    @Override
    public boolean cancel(UUID id, String actor) {
        return interventions.cancel(storage.system(), id, actor);
    }

    @Override
    public boolean retry(UUID id, String actor) {
        return interventions.retry(storage.system(), id, actor);
    }

    @Override
    public String name() {
        return "jobs";
    }

    @Override
    public Health check() {
        var trouble = engine.trouble().or(upkeep::trouble);
        if (trouble.isPresent()) {
            return new Health(Status.DEGRADED, "work does not go on: " + trouble.get());
        }
        var backlog = upkeep.backlog();
        if (backlog.parked() > 0) {
            return new Health(
                    Status.DEGRADED,
                    backlog.parked() + " due jobs wait for a handler of type "
                            + String.join(", ", backlog.parkedTypes()) + "; start the bundle that has it");
        }
        return new Health(Status.UP, backlog.ready() + " jobs due, " + backlog.leased() + " being done");
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        new JobMeters(engine, upkeep).bindTo(registry);
    }

    /** Stops, and lets the handlers go. */
    @Deactivate
    void stop() {
        close();
        handlers.close();
    }

    @Override
    public void close() {
        upkeep.close();
        engine.close();
    }
}
