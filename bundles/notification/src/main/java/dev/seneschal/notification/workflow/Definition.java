package dev.seneschal.notification.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.seneschal.notification.Faults;
import dev.seneschal.notification.Fields;
import java.util.List;
import java.util.Set;

/**
 * What a workflow does, parsed. Immutable; safe for use by any thread.
 *
 * @param trigger which events it looks at
 * @param conditions when it acts
 * @param action what it does
 */
record Definition(Trigger trigger, Conditions conditions, MailAction action) {

    private static final Set<String> ACTION_FIELDS = Set.of("type", "template", "to");

    /** Parses the three parts, adding every fault with its JSON pointer. */
    static Definition parse(String trigger, JsonNode conditions, JsonNode actions, Faults faults) {
        Trigger.check(trigger, faults);
        return new Definition(
                new Trigger(trigger), Conditions.parse(conditions, "/conditions", faults), action(actions, faults));
    }

    private static MailAction action(JsonNode actions, Faults faults) {
        if (actions == null || !actions.isArray() || actions.size() != 1) {
            faults.add("/actions", "'actions' must be a list of exactly one action.");
            return none();
        }
        if (!(actions.get(0) instanceof ObjectNode action)) {
            faults.add("/actions/0", "An action must be an object.");
            return none();
        }
        var fields = new Fields(action, "/actions/0", faults, ACTION_FIELDS);
        var type = fields.text("type", 100);
        if (!type.isEmpty() && !type.equals("mail")) {
            faults.add("/actions/0/type", "There is no action of this type; there is 'mail'.");
        }
        return new MailAction(
                fields.text("template", 100), Recipient.parse(fields.text("to", 254), "/actions/0/to", faults));
    }

    private static MailAction none() {
        return new MailAction("", new Recipient.Fixed(""));
    }

    /** Returns the names of the templates it uses. */
    List<String> templates() {
        return action.template().isEmpty() ? List.of() : List.of(action.template());
    }
}
