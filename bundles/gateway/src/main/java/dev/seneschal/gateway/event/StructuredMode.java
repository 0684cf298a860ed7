package dev.seneschal.gateway.event;

import com.fasterxml.jackson.databind.JsonNode;
import dev.seneschal.api.event.CloudEvent;
import dev.seneschal.api.http.Problem;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Reads the JSON event format (CloudEvents 1.0, JSON Format), single and in batches. Safe for use by any thread. */
final class StructuredMode {

    static final String SINGLE = "application/cloudevents+json";
    static final String BATCH = "application/cloudevents-batch+json";

    private static final int MOST = 10_000;

    private final JsonText json;

    StructuredMode(JsonText json) {
        this.json = json;
    }

    CloudEvent single(byte[] body) {
        return event(json.parse(body), "");
    }

    List<CloudEvent> batch(byte[] body) {
        var root = json.parse(body);
        if (!root.isArray()) {
            throw Problem.invalid("", "A batch is a JSON array of events.");
        }
        if (root.size() > MOST) {
            throw Problem.invalid("", "A batch has at most " + MOST + " events.");
        }
        var events = new ArrayList<CloudEvent>();
        for (int i = 0; i < root.size(); i++) {
            events.add(event(root.get(i), "/" + i));
        }
        return events;
    }

    private static CloudEvent event(JsonNode object, String pointer) {
        if (!object.isObject()) {
            throw Problem.invalid(pointer, "An event is a JSON object.");
        }
        var attributes = new Attributes(pointer + "/");
        object.properties().forEach(field -> {
            var name = field.getKey();
            if (!name.equals("data")
                    && !name.equals("data_base64")
                    && !field.getValue().isNull()) {
                attributes.put(name, text(attributes, name, field.getValue()));
            }
        });
        if (isPresent(object, "data_base64")) {
            return attributes.event(base64(attributes, object), true);
        }
        var data = object.get("data");
        if (data == null) {
            return attributes.event(null, false);
        }
        JsonText.check(data, pointer + "/data");
        return attributes.event(data.toString(), false);
    }

    private static String text(Attributes attributes, String name, JsonNode value) {
        if (value.isTextual()) {
            return value.textValue();
        }
        if (Attributes.CORE.contains(name)) {
            throw attributes.fault(name, "A string is required here.");
        }
        if (value.isBoolean() || value.isInt()) {
            return value.asText();
        }
        throw attributes.fault(name, "A string, a boolean or an integer of 32 bits is required here.");
    }

    private static String base64(Attributes attributes, JsonNode object) {
        if (isPresent(object, "data")) {
            throw attributes.fault("data_base64", "An event has data or data_base64, not both.");
        }
        var value = object.get("data_base64");
        try {
            Base64.getDecoder().decode(value.isTextual() ? value.textValue() : "?");
            return value.toString();
        } catch (IllegalArgumentException e) {
            throw attributes.fault("data_base64", "It is not a base64 string.");
        }
    }

    private static boolean isPresent(JsonNode object, String name) {
        return object.hasNonNull(name);
    }
}
