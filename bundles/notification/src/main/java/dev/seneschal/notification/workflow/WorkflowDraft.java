package dev.seneschal.notification.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.seneschal.notification.Faults;
import dev.seneschal.notification.Fields;
import dev.seneschal.notification.Names;
import java.util.Set;

/**
 * What somebody wants a workflow to be, checked.
 *
 * @param name its name
 * @param triggerEvent an event type, or the beginning of one followed by {@code *}
 * @param conditions JsonLogic
 * @param actions a list of actions
 * @param active whether events trigger it
 * @param definition the same, parsed
 */
record WorkflowDraft(
        String name,
        String triggerEvent,
        JsonNode conditions,
        JsonNode actions,
        boolean active,
        Definition definition) {

    private static final Set<String> FIELDS = Set.of("name", "triggerEvent", "conditions", "actions", "active");

    static WorkflowDraft read(ObjectNode body, Faults faults) {
        var fields = new Fields(body, "", faults, FIELDS);
        var name = fields.text("name", 100);
        Names.check(name, faults);
        var trigger = fields.text("triggerEvent", 100);
        var conditions = fields.any("conditions") == null ? BooleanNode.TRUE : fields.any("conditions");
        var actions = fields.any("actions");
        var definition = Definition.parse(trigger, conditions, actions, faults);
        return new WorkflowDraft(name, trigger, conditions, actions, fields.flag("active", true), definition);
    }
}
