package dev.seneschal.notification.template;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import dev.seneschal.api.audit.Journal;
import dev.seneschal.api.audit.JournalEntry;
import dev.seneschal.api.http.Problem;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.notification.Faults;
import dev.seneschal.notification.sandbox.Rendered;
import dev.seneschal.notification.sandbox.TemplateFault;
import dev.seneschal.notification.sandbox.TemplateSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The templates of all tenants: look at, change, preview. Every change is in the journal. Safe for use by any thread. */
@Component(service = Templates.class)
public final class Templates {

    private static final String IN_USE =
            """
            SELECT name
              FROM notification_workflows
             WHERE tenant_id = :tenant AND is_active AND actions @> jsonb_build_array(jsonb_build_object('template', :name))
             ORDER BY name
            """;

    /** More templates than any tenant has; lists are read whole. */
    public static final int MOST = 10_000;

    private final Storage storage;
    private final Journal journal;
    private final TemplateEngine engine;
    private final JsonMapper json = JsonMapper.builder().build();
    private final TimeBasedEpochGenerator ids = Generators.timeBasedEpochGenerator();

    /** Makes the service. */
    @Activate
    public Templates(
            @Reference(target = "(schema=notification)") Storage storage,
            @Reference Journal journal,
            @Reference TemplateEngine engine) {
        this.storage = storage;
        this.journal = journal;
        this.engine = engine;
    }

    /** Returns templates by name, after the given name. */
    public List<Template> list(TenantId tenant, String after, int limit) {
        return storage.tenant(tenant).read(handle -> TemplateStore.list(handle, tenant, after, limit));
    }

    /**
     * Returns a template.
     *
     * @throws Problem 404 if there is none
     */
    public Template get(TenantId tenant, UUID id) {
        return storage.tenant(tenant)
                .read(handle -> TemplateStore.byId(handle, tenant, id))
                .orElseThrow(() -> new Problem(404, "There is no template " + id + "."));
    }

    /**
     * Returns the template of that name.
     *
     * @throws Problem 404 if there is none
     */
    public Template get(TenantId tenant, String name) {
        return storage.tenant(tenant)
                .read(handle -> TemplateStore.byName(handle, tenant, name))
                .orElseThrow(() -> new Problem(404, "There is no template '" + name + "'."));
    }

    /**
     * Creates a template.
     *
     * @param actor who asks, for the journal
     * @throws Problem 400 if it is not valid, 409 if the name is taken
     */
    public Template create(TenantId tenant, ObjectNode body, String actor) throws InterruptedException {
        var draft = check(body);
        var id = ids.generate();
        return storage.tenant(tenant).write(handle -> {
            if (!TemplateStore.insert(handle, tenant, id, draft)) {
                throw new Problem(409, "There is a template '" + draft.name() + "' already.");
            }
            return changed(handle, tenant, id, actor, "notification.template-create");
        });
    }

    /**
     * Makes a new version.
     *
     * @param version the version the change builds on
     * @throws Problem 400 if it is not valid, 404 if there is none, 412 if it is at another version by now
     */
    public Template update(TenantId tenant, UUID id, ObjectNode body, int version, String actor)
            throws InterruptedException {
        var draft = check(body);
        return storage.tenant(tenant).write(handle -> {
            var before = present(handle, tenant, id, version);
            if (!before.name().equals(draft.name())) {
                throw Problem.invalid("/name", "A template keeps its name; create another one instead.");
            }
            if (!draft.active()) {
                checkUnused(handle, tenant, before.name());
            }
            return write(handle, tenant, id, draft, version, actor, "notification.template-update");
        });
    }

    /**
     * Takes a template out of use. It stays, for the deliveries that used it.
     *
     * @throws Problem 404 if there is none, 409 if an active workflow uses it, 412 if it is at another version by now
     */
    public Template deactivate(TenantId tenant, UUID id, int version, String actor) {
        return storage.tenant(tenant).write(handle -> {
            var before = present(handle, tenant, id, version);
            checkUnused(handle, tenant, before.name());
            var draft = new TemplateDraft(before.name(), before.category(), before.source(), before.variables(), false);
            return write(handle, tenant, id, draft, version, actor, "notification.template-deactivate");
        });
    }

    private Template write(
            Handle handle, TenantId tenant, UUID id, TemplateDraft draft, int version, String actor, String action) {
        if (!TemplateStore.update(handle, tenant, id, draft, version)) {
            throw stale();
        }
        return changed(handle, tenant, id, actor, action);
    }

    private static Template present(Handle handle, TenantId tenant, UUID id, int version) {
        var template = TemplateStore.byId(handle, tenant, id)
                .orElseThrow(() -> new Problem(404, "There is no template " + id + "."));
        if (template.version() != version) {
            throw stale();
        }
        return template;
    }

    private static Problem stale() {
        return new Problem(412, "The template has changed since; get it again and build on that version.");
    }

    private static void checkUnused(Handle handle, TenantId tenant, String name) {
        var users = handle.createQuery(IN_USE)
                .bind("tenant", tenant.value())
                .bind("name", name)
                .mapTo(String.class)
                .list();
        if (!users.isEmpty()) {
            throw new Problem(
                    409,
                    "Active workflows use the template: " + String.join(", ", users) + ". Deactivate or change them"
                            + " first.");
        }
    }

    private Template changed(Handle handle, TenantId tenant, UUID id, String actor, String action) {
        TemplateStore.keepVersion(handle, tenant, id, actor);
        var template = TemplateStore.byId(handle, tenant, id).orElseThrow();
        journal.record(
                handle,
                new JournalEntry(
                        tenant,
                        actor,
                        action,
                        "template:" + id,
                        "asked for by " + actor,
                        id + "@" + template.version(),
                        Map.of("name", template.name(), "version", Integer.toString(template.version()))));
        return template;
    }

    private TemplateDraft check(ObjectNode body) throws InterruptedException {
        var faults = new Faults();
        var draft = TemplateDraft.read(body, json, faults);
        if (faults.none()) {
            compile(draft.source(), faults);
        }
        faults.check();
        return draft;
    }

    private void compile(TemplateSource source, Faults faults) throws InterruptedException {
        try {
            engine.compile(source);
        } catch (TemplateFault fault) {
            faults.add(fault.part() == null ? "" : "/" + fault.part().label(), fault.describe());
        }
    }

    /**
     * Renders the template with sample data.
     *
     * @param data the model, such as {@code {"event": {"type": …, "data": {…}}}}
     * @throws Problem 404 if there is none, 422 if it cannot be rendered with these data
     */
    public Rendered preview(TenantId tenant, UUID id, Map<String, Object> data) throws InterruptedException {
        var template = get(tenant, id);
        try {
            return engine.render(tenant, id, template.version(), template::source, data);
        } catch (TemplateFault fault) {
            throw new Problem(
                    422,
                    fault.describe(),
                    List.of(new Problem.Violation(
                            fault.part() == null ? "" : "/" + fault.part().label(), fault.describe())),
                    Map.of());
        }
    }
}
