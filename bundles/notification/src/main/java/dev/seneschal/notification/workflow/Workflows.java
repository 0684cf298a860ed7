package dev.seneschal.notification.workflow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import dev.seneschal.api.audit.Journal;
import dev.seneschal.api.audit.JournalEntry;
import dev.seneschal.api.http.Problem;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.notification.Faults;
import dev.seneschal.notification.template.TemplateStore;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The workflows of all tenants: look at and change. Every change is in the journal. Safe for use by any thread. */
@Component(service = Workflows.class)
public final class Workflows {

    /** More workflows than any tenant has; lists are read whole. */
    public static final int MOST = 10_000;

    private final Storage storage;
    private final Journal journal;
    private final TimeBasedEpochGenerator ids = Generators.timeBasedEpochGenerator();

    /** Makes the service. */
    @Activate
    public Workflows(@Reference(target = "(schema=notification)") Storage storage, @Reference Journal journal) {
        this.storage = storage;
        this.journal = journal;
    }

    /** Returns workflows by name, after the given name. */
    public List<Workflow> list(TenantId tenant, String after, int limit) {
        return storage.tenant(tenant).read(handle -> WorkflowStore.list(handle, tenant, after, limit));
    }

    /**
     * Returns a workflow.
     *
     * @throws Problem 404 if there is none
     */
    public Workflow get(TenantId tenant, UUID id) {
        return storage.tenant(tenant)
                .read(handle -> WorkflowStore.byId(handle, tenant, id))
                .orElseThrow(() -> absent(id));
    }

    /**
     * Creates a workflow.
     *
     * @param actor who asks, for the journal
     * @throws Problem 400 if it is not valid, 409 if the name is taken
     */
    public Workflow create(TenantId tenant, ObjectNode body, String actor) {
        var id = ids.generate();
        return storage.tenant(tenant).write(handle -> {
            var draft = check(handle, tenant, body);
            if (!WorkflowStore.insert(handle, tenant, id, draft)) {
                throw new Problem(409, "There is a workflow '" + draft.name() + "' already.");
            }
            return changed(handle, tenant, id, actor, "notification.workflow-create");
        });
    }

    /**
     * Makes a new version. Deliveries that were decided on keep the version they were decided with.
     *
     * @param version the version the change builds on
     * @throws Problem 400 if it is not valid, 404 if there is none, 412 if it is at another version by now
     */
    public Workflow update(TenantId tenant, UUID id, ObjectNode body, int version, String actor) {
        return storage.tenant(tenant).write(handle -> {
            var draft = check(handle, tenant, body);
            var before = WorkflowStore.byId(handle, tenant, id).orElseThrow(() -> absent(id));
            if (!before.name().equals(draft.name())) {
                throw Problem.invalid("/name", "A workflow keeps its name; create another one instead.");
            }
            if (!WorkflowStore.update(handle, tenant, id, draft, version)) {
                throw stale();
            }
            return changed(handle, tenant, id, actor, "notification.workflow-update");
        });
    }

    /**
     * Takes a workflow out of use. It stays, for the deliveries it decided on.
     *
     * @throws Problem 404 if there is none, 412 if it is at another version by now
     */
    public Workflow deactivate(TenantId tenant, UUID id, int version, String actor) {
        return storage.tenant(tenant).write(handle -> {
            if (WorkflowStore.byId(handle, tenant, id).isEmpty()) {
                throw absent(id);
            }
            if (!WorkflowStore.deactivate(handle, tenant, id, version)) {
                throw stale();
            }
            return changed(handle, tenant, id, actor, "notification.workflow-deactivate");
        });
    }

    private static WorkflowDraft check(Handle handle, TenantId tenant, ObjectNode body) {
        var faults = new Faults();
        var draft = WorkflowDraft.read(body, faults);
        for (var name : draft.definition().templates()) {
            var template = TemplateStore.byName(handle, tenant, name);
            if (template.isEmpty()) {
                faults.add("/actions/0/template", "There is no template '" + name + "'.");
            } else if (draft.active() && !template.get().active()) {
                faults.add("/actions/0/template", "The template '" + name + "' is not active.");
            }
        }
        faults.check();
        return draft;
    }

    private Workflow changed(Handle handle, TenantId tenant, UUID id, String actor, String action) {
        WorkflowStore.keepVersion(handle, tenant, id, actor);
        var workflow = WorkflowStore.byId(handle, tenant, id).orElseThrow();
        journal.record(
                handle,
                new JournalEntry(
                        tenant,
                        actor,
                        action,
                        "workflow:" + id,
                        "asked for by " + actor,
                        workflow.reference(),
                        Map.of(
                                "name",
                                workflow.name(),
                                "version",
                                Integer.toString(workflow.version()),
                                "active",
                                Boolean.toString(workflow.active()))));
        return workflow;
    }

    private static Problem absent(UUID id) {
        return new Problem(404, "There is no workflow " + id + ".");
    }

    private static Problem stale() {
        return new Problem(412, "The workflow has changed since; get it again and build on that version.");
    }
}
