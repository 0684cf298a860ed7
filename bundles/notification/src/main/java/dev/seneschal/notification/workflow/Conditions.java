package dev.seneschal.notification.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.seneschal.notification.EventModel;
import dev.seneschal.notification.Faults;
import io.github.jamsesso.jsonlogic.JsonLogic;
import io.github.jamsesso.jsonlogic.ast.JsonLogicArray;
import io.github.jamsesso.jsonlogic.ast.JsonLogicBoolean;
import io.github.jamsesso.jsonlogic.ast.JsonLogicNode;
import io.github.jamsesso.jsonlogic.ast.JsonLogicNull;
import io.github.jamsesso.jsonlogic.ast.JsonLogicNumber;
import io.github.jamsesso.jsonlogic.ast.JsonLogicOperation;
import io.github.jamsesso.jsonlogic.ast.JsonLogicString;
import io.github.jamsesso.jsonlogic.ast.JsonLogicVariable;
import io.github.jamsesso.jsonlogic.evaluator.JsonLogicEvaluationException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Conditions in <a href="https://jsonlogic.com">JsonLogic</a>, bounded in size, depth and effort. All of its operations but
 * {@code log} and {@code reduce}, which can build a value without end. Immutable; safe for use by any thread.
 */
final class Conditions {

    private static final int NODES = 1_000;
    private static final int DEPTH = 20;
    private static final int ARGUMENTS = 200;
    private static final int TEXT = 1_000;
    private static final int SHOWN = 200;

    private final JsonLogicNode logic;
    private final Set<String> paths;

    private Conditions(JsonLogicNode logic, Set<String> paths) {
        this.logic = logic;
        this.paths = paths;
    }

    /** Parses conditions, adding every fault with its JSON pointer below the given one. */
    static Conditions parse(JsonNode json, String pointer, Faults faults) {
        var parser = new Parser(faults);
        return new Conditions(parser.parse(json, pointer, 1), parser.paths);
    }

    /**
     * Returns whether they hold.
     *
     * @throws ConditionFault if they cannot be evaluated on this event
     */
    boolean hold(Map<String, Object> model) {
        try {
            return JsonLogic.truthy(new BoundedEvaluator().evaluate(logic, model, "$"));
        } catch (JsonLogicEvaluationException e) {
            throw new ConditionFault(e.getMessage() + " at " + e.getJsonPath());
        } catch (ConditionFault e) {
            throw e;
        } catch (RuntimeException e) {
            // The library casts without asking what an event holds.
            throw new ConditionFault("The conditions do not fit the event's data.");
        }
    }

    /** Returns what the conditions looked at and what they found there, for whoever asks why. */
    Map<String, String> values(Map<String, Object> model) {
        var values = new LinkedHashMap<String, String>();
        for (var path : paths) {
            var text = String.valueOf(EventModel.at(model, path));
            values.put(path, text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…");
        }
        return values;
    }

    /** Conditions that cannot be evaluated on an event. */
    static final class ConditionFault extends RuntimeException {

        private static final long serialVersionUID = 1L;

        ConditionFault(String message) {
            super(message, null, false, false);
        }
    }

    private static final class Parser {

        private final Faults faults;
        private final Set<String> paths = new TreeSet<>();
        private int nodes;

        Parser(Faults faults) {
            this.faults = faults;
        }

        JsonLogicNode parse(JsonNode json, String pointer, int depth) {
            if (++nodes > NODES) {
                if (nodes == NODES + 1) {
                    faults.add(pointer, "The conditions have more than " + NODES + " parts.");
                }
                return JsonLogicNull.NULL;
            }
            if (depth > DEPTH) {
                faults.add(pointer, "The conditions are nested deeper than " + DEPTH + " levels.");
                return JsonLogicNull.NULL;
            }
            if (json.isTextual()) {
                if (json.textValue().length() > TEXT) {
                    faults.add(pointer, "A text in conditions is at most " + TEXT + " characters.");
                }
                return new JsonLogicString(json.textValue());
            }
            if (json.isNumber()) {
                return new JsonLogicNumber(json.doubleValue());
            }
            if (json.isBoolean()) {
                return json.booleanValue() ? JsonLogicBoolean.TRUE : JsonLogicBoolean.FALSE;
            }
            if (json.isArray()) {
                return array(json, pointer, depth);
            }
            return json.isObject() ? operation(json, pointer, depth) : JsonLogicNull.NULL;
        }

        private JsonLogicArray array(JsonNode json, String pointer, int depth) {
            if (json.size() > ARGUMENTS) {
                faults.add(pointer, "A list in conditions has at most " + ARGUMENTS + " elements.");
                return new JsonLogicArray(List.of());
            }
            var elements = new ArrayList<JsonLogicNode>(json.size());
            for (int i = 0; i < json.size(); i++) {
                elements.add(parse(json.get(i), pointer + "/" + i, depth + 1));
            }
            return new JsonLogicArray(elements);
        }

        private JsonLogicNode operation(JsonNode json, String pointer, int depth) {
            if (json.size() != 1) {
                faults.add(pointer, "An operation is an object with exactly one key, its operator.");
                return JsonLogicNull.NULL;
            }
            var operator = json.fieldNames().next();
            if (!operator.equals("var") && !BoundedEvaluator.OPERATIONS.containsKey(operator)) {
                faults.add(pointer, "There is no operator '" + shorten(operator) + "'.");
                return JsonLogicNull.NULL;
            }
            var below = pointer + "/" + operator.replace("~", "~0").replace("/", "~1");
            var value = json.get(operator);
            var arguments = value.isArray()
                    ? array(value, below, depth)
                    : new JsonLogicArray(List.of(parse(value, below, depth + 1)));
            if (!operator.equals("var")) {
                return new JsonLogicOperation(operator, arguments);
            }
            if (!arguments.isEmpty() && arguments.get(0) instanceof JsonLogicString path) {
                if (path.getValue().startsWith("event.")) {
                    paths.add(path.getValue());
                }
            }
            return new JsonLogicVariable(
                    arguments.isEmpty() ? JsonLogicNull.NULL : arguments.get(0),
                    arguments.size() > 1 ? arguments.get(1) : JsonLogicNull.NULL);
        }

        private static String shorten(String text) {
            return text.length() <= 40 ? text : text.substring(0, 40) + "…";
        }
    }
}
