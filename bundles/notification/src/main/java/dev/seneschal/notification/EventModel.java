package dev.seneschal.notification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.seneschal.api.event.StoredEvent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An event as conditions, recipients and templates see it: {@code {event: {id, source, type, subject, time, channel, offset,
 * data}}}. Safe for use by any thread.
 */
public final class EventModel {

    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    private final JsonMapper json;

    /** Makes a model that reads with the given mapper. */
    public EventModel(JsonMapper json) {
        this.json = json;
    }

    /** Returns the model of a stored event. */
    public Map<String, Object> of(StoredEvent stored) {
        var cloud = stored.event();
        var event = new LinkedHashMap<String, Object>();
        event.put("id", cloud.id());
        event.put("source", cloud.source());
        event.put("type", cloud.type());
        event.put("subject", cloud.subject());
        event.put("time", (cloud.time() == null ? stored.recordedAt() : cloud.time()).toString());
        event.put("channel", stored.channel());
        event.put("offset", stored.offset());
        event.put("data", data(cloud.data()));
        var model = new LinkedHashMap<String, Object>();
        model.put("event", event);
        return model;
    }

    private Object data(String text) {
        if (text == null) {
            return null;
        }
        try {
            return json.readValue(text, Object.class);
        } catch (JsonProcessingException e) {
            // The log holds JSON only; what cannot be read again, for its depth, is treated as absent.
            return null;
        }
    }

    /** Writes a model so that PostgreSQL can keep it: {@code jsonb} has no NUL. */
    public String write(Object model) {
        try {
            return json.writeValueAsString(model).replace("\\u0000", "\\ufffd");
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("The event cannot be written as JSON", e);
        }
    }

    /** Reads what {@link #write} wrote. */
    public Map<String, Object> read(String text) {
        try {
            return json.readValue(text, OBJECT);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A stored event cannot be read", e);
        }
    }

    /** Returns the value at a dotted path such as {@code event.data.email}, or null. A number selects from a list. */
    public static Object at(Map<String, Object> model, String path) {
        Object value = model;
        for (var name : path.split("\\.")) {
            if (value instanceof Map<?, ?> map) {
                value = map.get(name);
            } else if (value instanceof List<?> list && name.matches("\\d{1,6}")) {
                int index = Integer.parseInt(name);
                value = index < list.size() ? list.get(index) : null;
            } else {
                return null;
            }
        }
        return value;
    }
}
