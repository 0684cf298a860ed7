package dev.seneschal.notification.workflow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.seneschal.api.audit.Journal;
import dev.seneschal.api.event.EventBatch;
import dev.seneschal.api.event.EventConsumer;
import dev.seneschal.api.event.StoredEvent;
import dev.seneschal.api.job.JobQueue;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.notification.EventModel;
import dev.seneschal.notification.Faults;
import dev.seneschal.notification.delivery.Decision;
import dev.seneschal.notification.delivery.Intake;
import dev.seneschal.notification.delivery.Tally;
import dev.seneschal.notification.template.TemplateStore;
import dev.seneschal.notification.workflow.Conditions.ConditionFault;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at every event of the log and decides, in the transaction that moves its position, on the mails it leads to: an
 * event that is delivered twice leads to the same ones. Safe for use by any thread.
 */
@Component(
        service = EventConsumer.class,
        property = {EventConsumer.NAME + "=notification", EventConsumer.START + "=latest"})
public final class EventTrigger implements EventConsumer {

    private static final Logger LOG = LoggerFactory.getLogger(EventTrigger.class);

    private final Intake intake;
    private final Tally tally;
    private final JsonMapper json = JsonMapper.builder().build();
    private final EventModel models = new EventModel(json);

    /**
     * Makes the consumer.
     *
     * @param storage unused but for its presence: the tables are in place
     */
    @Activate
    public EventTrigger(
            @Reference(target = "(schema=notification)") Storage storage,
            @Reference JobQueue jobs,
            @Reference Journal journal,
            @Reference Tally tally) {
        this(jobs, journal, tally);
    }

    /** Makes the consumer. */
    public EventTrigger(JobQueue jobs, Journal journal, Tally tally) {
        this.intake = new Intake(jobs, journal);
        this.tally = tally;
    }

    @Override
    public void consume(EventBatch batch) {
        tally.seen(batch.events().size());
        var workflows = load(batch.transaction(), batch.tenant());
        if (workflows.isEmpty()) {
            return;
        }
        for (var event : batch.events()) {
            Map<String, Object> model = null;
            for (var loaded : workflows) {
                if (loaded.definition().trigger().matches(event.event().type())) {
                    model = model == null ? models.of(event) : model;
                    decide(batch, event, model, loaded);
                }
            }
        }
    }

    private List<Loaded> load(Handle handle, TenantId tenant) {
        var loaded = new ArrayList<Loaded>();
        for (var workflow : WorkflowStore.active(handle, tenant)) {
            var faults = new Faults();
            try {
                var definition = Definition.parse(
                        workflow.triggerEvent(),
                        json.readTree(workflow.conditions()),
                        json.readTree(workflow.actions()),
                        faults);
                if (faults.none()) {
                    loaded.add(new Loaded(workflow, definition));
                    continue;
                }
            } catch (JsonProcessingException e) {
                faults.add("", "It is not JSON.");
            }
            // Every way to save a workflow checks it; a row like this was changed behind our back, or by a newer
            // version.
            LOG.warn(
                    "A workflow cannot be understood and is left out; save it again. tenant={} workflow={}",
                    tenant,
                    workflow.id());
        }
        return loaded;
    }

    private void decide(EventBatch batch, StoredEvent event, Map<String, Object> model, Loaded loaded) {
        var conditions = loaded.definition().conditions();
        var why = new LinkedHashMap<String, Object>();
        why.put("trigger", loaded.workflow().triggerEvent());
        why.put("values", conditions.values(model));
        String fault = null;
        try {
            if (!conditions.hold(model)) {
                return;
            }
        } catch (ConditionFault e) {
            // It may have been meant to send: say so where people look, rather than dropping it.
            fault = "The conditions cannot be evaluated: " + e.getMessage();
        }
        tally.matched();
        var action = loaded.definition().action();
        why.put("to", action.to().written());
        var recipient = action.to().resolve(model);
        if (fault == null && !Recipient.isAddress(recipient)) {
            fault = action.to().written() + " holds no mail address.";
        }
        var template = TemplateStore.byName(batch.transaction(), batch.tenant(), action.template())
                .orElse(null);
        if (fault == null && (template == null || !template.active())) {
            fault = "There is no active template '" + action.template() + "'.";
        }
        var decision = new Decision(
                loaded.workflow().id(),
                loaded.workflow().version(),
                Recipient.isAddress(recipient) ? recipient : "",
                template == null ? null : template.id(),
                template == null ? 0 : template.version(),
                event,
                models.write(model),
                models.write(why),
                fault);
        if (intake.accept(batch.transaction(), batch.tenant(), decision) && fault != null) {
            tally.failed();
        }
    }

    private record Loaded(Workflow workflow, Definition definition) {}
}
