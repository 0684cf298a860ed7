package dev.seneschal.notification.delivery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.seneschal.api.audit.Journal;
import dev.seneschal.api.job.Job;
import dev.seneschal.api.job.JobHandler;
import dev.seneschal.api.job.JobOutcome;
import dev.seneschal.api.job.JobSummary;
import dev.seneschal.api.mail.InvalidMailException;
import dev.seneschal.api.mail.MailMessage;
import dev.seneschal.api.mail.MailMessage.Mailbox;
import dev.seneschal.api.mail.MailResult;
import dev.seneschal.api.mail.MailTransport;
import dev.seneschal.api.service.Best;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.notification.EventModel;
import dev.seneschal.notification.delivery.DeliveryStore.Row;
import dev.seneschal.notification.delivery.Ending.Verdict;
import dev.seneschal.notification.sandbox.Rendered;
import dev.seneschal.notification.sandbox.TemplateFault;
import dev.seneschal.notification.sandbox.TemplateSource;
import dev.seneschal.notification.template.TemplateEngine;
import dev.seneschal.notification.template.TemplateStore;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a delivery to its end: renders it, marks it as being sent in a transaction of its own, hands it to the transport
 * and records what became of it. A delivery found marked is not sent again, since it may have been taken: it ends as
 * unknown. Safe for use by any thread.
 */
@Component(
        service = JobHandler.class,
        property = JobHandler.TYPE + "=" + Deliverer.TYPE,
        configurationPid = "dev.seneschal.notification")
@Designate(ocd = Deliverer.Config.class)
public final class Deliverer implements JobHandler {

    /** The type of its jobs. */
    static final String TYPE = "notification.deliver";

    /** Settings. */
    @ObjectClassDefinition(name = "Notification")
    public @interface Config {
        @AttributeDefinition(description = "The address that mails come from. Its domain also ends each Message-ID.")
        String fromAddress() default "seneschal@localhost";

        @AttributeDefinition(description = "The name that mails come from; may be empty.")
        String fromName() default "Seneschal";

        @AttributeDefinition(
                description = "How often a mail is tried while the next hop puts it off. 1 to 90.",
                min = "1",
                max = "90")
        int maxAttempts() default 12;
    }

    private static final Logger LOG = LoggerFactory.getLogger(Deliverer.class);
    private static final Duration WITHOUT_TRANSPORT = Duration.ofSeconds(5);
    private static final Duration BUSY = Duration.ofSeconds(2);

    /** How often a mail is rendered if what kept it from being made may pass. */
    private static final int RENDERINGS = 5;

    private static final int REMEMBERED = 10_000;

    private final Storage storage;
    private final TemplateEngine engine;
    private final Ending ending;
    private final Tally tally;
    private final Mailbox from;
    private final int maxAttempts;
    private final EventModel models;
    private final JsonMapper json = JsonMapper.builder().build();

    /** Deliveries that this node is working on. */
    private final Set<UUID> busy = ConcurrentHashMap.newKeySet();
    /** Answers of a transport that could not be recorded, by attempt; the next attempt of the job does. */
    private final Map<UUID, MailResult> unrecorded = new ConcurrentHashMap<>();

    private volatile MailTransport transport;
    private Best<MailTransport> followed;

    /** Makes the handler as configured. */
    @Activate
    public Deliverer(
            @Reference(target = "(schema=notification)") Storage storage,
            @Reference Journal journal,
            @Reference TemplateEngine engine,
            @Reference Tally tally,
            Config config) {
        this(storage, journal, engine, tally, from(config), attempts(config));
    }

    /** Makes the handler; {@link #use} gives it a transport. */
    Deliverer(Storage storage, Journal journal, TemplateEngine engine, Tally tally, Mailbox from, int maxAttempts) {
        this.storage = storage;
        this.engine = engine;
        this.ending = new Ending(journal, tally);
        this.tally = tally;
        this.from = from;
        this.maxAttempts = maxAttempts;
        this.models = new EventModel(json);
    }

    /** Follows whatever transport there is. */
    @Activate
    void start(BundleContext context) {
        followed = Best.follow(context, MailTransport.class, null, this::use);
    }

    /** Lets the transport go. */
    @Deactivate
    void stop() {
        followed.close();
    }

    private static Mailbox from(Config config) {
        try {
            return new Mailbox(config.fromAddress(), config.fromName().isBlank() ? null : config.fromName());
        } catch (InvalidMailException e) {
            throw new IllegalArgumentException("dev.seneschal.notification: fromAddress or fromName cannot be used: "
                    + e.getMessage() + " Give an address such as seneschal@example.org.");
        }
    }

    private static int attempts(Config config) {
        if (config.maxAttempts() < 1 || config.maxAttempts() > 90) {
            throw new IllegalArgumentException(
                    "dev.seneschal.notification: maxAttempts is " + config.maxAttempts() + "; it must be 1 to 90.");
        }
        return config.maxAttempts();
    }

    void use(MailTransport next) {
        transport = next;
    }

    @Override
    public JobOutcome handle(Job job) throws InterruptedException {
        var named = delivery(job);
        if (named.isEmpty()) {
            return new JobOutcome.Failed("The payload names no delivery.");
        }
        var id = named.get();
        if (!busy.add(id)) {
            // The lease ran out while this node is still sending; the other thread records the answer.
            return new JobOutcome.NotNow("it is being sent", BUSY);
        }
        try {
            return deliver(job, id);
        } finally {
            busy.remove(id);
        }
    }

    private Optional<UUID> delivery(Job job) {
        try {
            return Optional.of(UUID.fromString(
                    json.readTree(job.payload()).path("delivery").asText()));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            LOG.debug("A job names no delivery. job={}", job.id(), e);
            return Optional.empty();
        }
    }

    /** Without its job a delivery would wait for ever: it ends with it. */
    @Override
    public void ended(Handle transaction, Job job, JobSummary.State state, String reason) {
        var tenant = job.tenant();
        delivery(job).flatMap(id -> DeliveryStore.find(transaction, tenant, id)).ifPresent(row -> {
            switch (row.status()) {
                case PENDING -> ending.record(transaction, tenant, row, row.token(), Verdict.without(state, reason));
                case SENDING ->
                    ending.record(
                            transaction,
                            tenant,
                            row,
                            row.token(),
                            Verdict.of(answer(row), row.attempts(), row.attempts()));
                default -> LOG.debug("A job ended after its delivery. delivery={}", row.id());
            }
        });
    }

    private JobOutcome deliver(Job job, UUID id) throws InterruptedException {
        var tenant = job.tenant();
        var found = storage.tenant(tenant).read(handle -> DeliveryStore.find(handle, tenant, id));
        if (found.isEmpty()) {
            return new JobOutcome.Failed("There is no delivery " + id + ".");
        }
        var row = found.get();
        return switch (row.status()) {
            case PENDING -> send(job, row);
            case SENDING -> resume(tenant, row);
            default -> new JobOutcome.Done();
        };
    }

    /** Ends an attempt that nobody is working on any more. */
    private JobOutcome resume(TenantId tenant, Row row) {
        return record(tenant, row, row.token(), row.attempts(), answer(row));
    }

    private MailResult answer(Row row) {
        var answer = unrecorded.get(row.token());
        return answer != null ? answer : new MailResult.Unknown("The host stopped while the mail was being sent.");
    }

    private JobOutcome send(Job job, Row row) throws InterruptedException {
        var tenant = job.tenant();
        var chosen = transport;
        if (chosen == null) {
            note(tenant, row, "Waits for a mail transport.");
            return new JobOutcome.NotNow("no mail transport", WITHOUT_TRANSPORT);
        }
        MailMessage message;
        try {
            message = message(tenant, row, render(tenant, row));
        } catch (TemplateFault e) {
            // Attempts of the job that are none of the delivery ended before there was a mail.
            if (!e.isPassing() || job.attempt() - row.attempts() >= RENDERINGS) {
                return end(tenant, row, row.token(), unmade(e.describe()));
            }
            note(tenant, row, "Is rendered again: " + e.describe());
            return new JobOutcome.Retry(e.describe(), null);
        } catch (InvalidMailException e) {
            return end(tenant, row, row.token(), unmade(e.getMessage()));
        }
        var token = UUID.randomUUID();
        if (!begin(tenant, row, token, chosen)) {
            return new JobOutcome.NotNow("another node took it", BUSY);
        }
        return record(tenant, row, token, row.attempts() + 1, handOver(chosen, message));
    }

    private void note(TenantId tenant, Row row, String why) {
        storage.tenant(tenant).run(handle -> DeliveryStore.note(handle, tenant, row.id(), why));
    }

    private static Verdict unmade(String reason) {
        return Verdict.failed("The mail cannot be made: " + reason);
    }

    private boolean begin(TenantId tenant, Row row, UUID token, MailTransport chosen) {
        try {
            return storage.tenant(tenant)
                    .write(handle -> DeliveryStore.begin(handle, tenant, row.id(), token, chosen.name()));
        } catch (RuntimeException e) {
            // Whether that committed is not known, but that nothing was sent is.
            remember(token, new MailResult.Deferred("The database was lost before the mail was sent."));
            throw e;
        }
    }

    private void remember(UUID token, MailResult answer) {
        if (unrecorded.size() < REMEMBERED) {
            unrecorded.put(token, answer);
        }
    }

    private Rendered render(TenantId tenant, Row row) throws InterruptedException {
        long start = System.nanoTime();
        var model = new LinkedHashMap<>(models.read(row.model()));
        model.put("workflow", Map.of("name", row.workflowName()));
        Supplier<TemplateSource> source = () -> storage.tenant(tenant)
                .read(handle -> TemplateStore.source(handle, tenant, row.template(), row.templateVersion()));
        var rendered = engine.render(tenant, row.template(), row.templateVersion(), source, model);
        tally.rendered(System.nanoTime() - start);
        return rendered;
    }

    private MailMessage message(TenantId tenant, Row row, Rendered rendered) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("Auto-Submitted", "auto-generated");
        headers.put("X-Seneschal-Workflow", row.workflow() + "@" + row.workflowVersion());
        var domain = from.address().substring(from.address().lastIndexOf('@') + 1);
        return new MailMessage(
                tenant,
                row.id() + "@" + domain,
                from,
                new Mailbox(row.recipient(), null),
                rendered.subject(),
                rendered.text(),
                rendered.html(),
                headers);
    }

    private static MailResult handOver(MailTransport chosen, MailMessage message) {
        try {
            return chosen.send(message);
        } catch (RuntimeException e) {
            LOG.warn("A transport failed without saying how far it came. transport={}", chosen.name(), e);
            return new MailResult.Unknown("The transport failed: " + e);
        }
    }

    private JobOutcome record(TenantId tenant, Row row, UUID token, int attempts, MailResult answer) {
        // A thread that is asked to stop must still be able to say what became of the mail.
        boolean interrupted = Thread.interrupted();
        try {
            var verdict = Verdict.of(answer, attempts, maxAttempts);
            var outcome = end(tenant, row, token, verdict);
            unrecorded.remove(token);
            return outcome;
        } catch (RuntimeException e) {
            remember(token, answer);
            throw e;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private JobOutcome end(TenantId tenant, Row row, UUID token, Verdict verdict) {
        storage.tenant(tenant).run(handle -> ending.record(handle, tenant, row, token, verdict));
        if (verdict.status() == Status.PENDING) {
            return new JobOutcome.Retry(verdict.detail(), null);
        }
        return new JobOutcome.Done();
    }
}
