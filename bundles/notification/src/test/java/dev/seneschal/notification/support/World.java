package dev.seneschal.notification.support;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.seneschal.api.event.CloudEvent;
import dev.seneschal.api.event.EventBatch;
import dev.seneschal.api.event.StoredEvent;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.notification.delivery.Deliveries;
import dev.seneschal.notification.delivery.Delivery;
import dev.seneschal.notification.delivery.Tally;
import dev.seneschal.notification.template.TemplateEngine;
import dev.seneschal.notification.template.Templates;
import dev.seneschal.notification.workflow.EventTrigger;
import dev.seneschal.notification.workflow.Workflows;
import dev.seneschal.testkit.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/** Notification on a real database, with the services of other bundles played by hand. */
public final class World implements AutoCloseable {

    private static final AtomicInteger COUNT = new AtomicInteger();

    /** A tenant of its own: without the starters, and without what other tests left. */
    public final TenantId tenant = new TenantId("acme" + COUNT.incrementAndGet());

    public final TestDatabase database;
    public final FakeQueue jobs = new FakeQueue();
    public final FakeJournal journal = new FakeJournal();
    public final Tally tally = new Tally();
    public final TemplateEngine engine = new TemplateEngine(2, Duration.ofSeconds(2), 50);
    public final Templates templates;
    public final Workflows workflows;
    public final Deliveries deliveries;
    public final EventTrigger trigger = new EventTrigger(jobs, journal, tally);
    private final JsonMapper json = JsonMapper.builder().build();
    private long offset;

    /** Begins on a database with the schema of notification. */
    public World(TestDatabase database) {
        this.database = database;
        this.templates = new Templates(database.storage(), journal, engine);
        this.workflows = new Workflows(database.storage(), journal);
        this.deliveries = new Deliveries(database.storage());
        database.storage()
                .system()
                .run(handle -> handle.execute("INSERT INTO tenants (id, title) VALUES (?, 'Acme')", tenant.value()));
    }

    /** Parses JSON written with single quotes. */
    public ObjectNode json(String text) {
        try {
            return (ObjectNode) json.readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    /** Creates a template of a subject and a text. */
    public void template(String name, String subject, String text) throws InterruptedException {
        var body = json.createObjectNode()
                .put("name", name)
                .put("category", "user")
                .put("subject", subject)
                .put("text", text);
        templates.create(tenant, body, "user:tester");
    }

    /** Creates a workflow that mails. */
    public UUID workflow(String name, String trigger, String conditions, String template, String to) {
        return workflows
                .create(
                        tenant,
                        json("{'name': '" + name + "', 'triggerEvent': '" + trigger + "', 'conditions': " + conditions
                                + ", 'actions': [{'type': 'mail', 'template': '" + template + "', 'to': '" + to
                                + "'}]}"),
                        "user:tester")
                .id();
    }

    /** Makes an event of JSON data written with single quotes. */
    public StoredEvent event(String type, String data) {
        var cloud = CloudEvent.of(
                UUID.randomUUID().toString(),
                "test",
                type,
                Instant.parse("2026-07-01T10:00:00Z"),
                data == null ? null : data.replace('\'', '"'));
        return new StoredEvent(UUID.randomUUID(), tenant, "events:" + type, ++offset, Instant.now(), cloud);
    }

    /** Hands a batch to the workflows, in a transaction as the log does. */
    public void consume(StoredEvent... events) {
        database.storage()
                .tenant(tenant)
                .run(handle -> trigger.consume(new EventBatch(tenant, events[0].channel(), List.of(events), handle)));
    }

    /** Returns all deliveries, newest first. */
    public List<Delivery> all() {
        return deliveries.list(tenant, null, null, 1_000);
    }

    @Override
    public void close() {
        engine.close();
    }
}
