package dev.seneschal.notification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.seneschal.api.http.Problem;
import java.io.IOException;
import java.util.Set;

/** Reads an object of a request strictly: a field that is unknown or of the wrong type is a fault. Confined to one thread. */
public final class Fields {

    private final ObjectNode object;
    private final String pointer;
    private final Faults faults;

    /** Reads the fields of an object that stands at the pointer. */
    public Fields(ObjectNode object, String pointer, Faults faults, Set<String> known) {
        this.object = object;
        this.pointer = pointer;
        this.faults = faults;
        object.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                faults.add(pointer(name), "There is no field '" + shorten(name) + "'.");
            }
        });
    }

    /** Parses a body that must be one JSON object. */
    public static ObjectNode parse(JsonMapper json, byte[] body) {
        try {
            var node = body.length == 0 ? MissingNode.getInstance() : json.readTree(body);
            if (node instanceof ObjectNode object) {
                return object;
            }
            throw Problem.invalid("", "The body must be a JSON object.");
        } catch (JsonProcessingException e) {
            var place = e.getLocation();
            throw Problem.invalid(
                    "",
                    "The body is not valid JSON"
                            + (place == null
                                    ? "."
                                    : " at line " + place.getLineNr() + ", column " + place.getColumnNr() + "."));
        } catch (IOException e) {
            throw new IllegalStateException("Reading from memory failed", e);
        }
    }

    private String pointer(String name) {
        return pointer + "/" + name.replace("~", "~0").replace("/", "~1");
    }

    private static String shorten(String text) {
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }

    /** Returns a text that must be there, of at most so many characters; an empty string if it is at fault. */
    public String text(String name, int longest) {
        var value = optionalText(name, longest);
        if (value == null || value.isEmpty()) {
            if (value != null || !object.hasNonNull(name)) {
                faults.add(pointer(name), "'" + name + "' is required.");
            }
            return "";
        }
        return value;
    }

    /** Returns a text, or null if it is absent or at fault. */
    public String optionalText(String name, int longest) {
        var node = object.get(name);
        if (node == null || node.isNull()) {
            return null;
        }
        if (!node.isTextual()) {
            faults.add(pointer(name), "'" + name + "' must be a string.");
            return null;
        }
        if (node.textValue().length() > longest) {
            faults.add(pointer(name), "'" + name + "' must be at most " + longest + " characters.");
            return null;
        }
        if (node.textValue().indexOf('\0') >= 0) {
            faults.add(pointer(name), "'" + name + "' holds the character U+0000.");
            return null;
        }
        return node.textValue();
    }

    /** Returns a truth value, or the other if it is absent. */
    public boolean flag(String name, boolean otherwise) {
        var node = object.get(name);
        if (node == null || node.isNull()) {
            return otherwise;
        }
        if (!node.isBoolean()) {
            faults.add(pointer(name), "'" + name + "' must be true or false.");
            return otherwise;
        }
        return node.booleanValue();
    }

    /** Returns whatever stands there, or null. */
    public JsonNode any(String name) {
        var node = object.get(name);
        return node == null || node.isNull() ? null : node;
    }

    /** Returns an object, or an empty one if it is absent or at fault. */
    public ObjectNode object(String name, JsonMapper json) {
        var node = any(name);
        if (node instanceof ObjectNode found) {
            return found;
        }
        if (node != null) {
            faults.add(pointer(name), "'" + name + "' must be an object.");
        }
        return json.createObjectNode();
    }
}
