package dev.seneschal.gateway.event;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.seneschal.api.event.CloudEvent;
import dev.seneschal.api.event.Position;
import dev.seneschal.api.event.StoredEvent;
import java.util.TreeMap;

/** Writes events and places as JSON. Safe for use by any thread. */
final class EventJson {

    private final ObjectMapper mapper;

    EventJson(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    ObjectNode object() {
        return mapper.createObjectNode();
    }

    void write(Position position, ObjectNode into) {
        into.put("channel", position.channel())
                .put("epoch", position.epoch())
                .put("offset", position.offset())
                .put("duplicate", position.duplicate());
    }

    void write(StoredEvent stored, ObjectNode into) {
        into.put("uid", stored.uid().toString())
                .put("channel", stored.channel())
                .put("offset", stored.offset())
                .put("recordedAt", stored.recordedAt().toString());
        into.set("event", structured(stored.event()));
    }

    /** Data goes out as the log has it: what the log took is not for this side to judge again. */
    private ObjectNode structured(CloudEvent event) {
        var json = mapper.createObjectNode()
                .put("specversion", "1.0")
                .put("id", event.id())
                .put("source", event.source())
                .put("type", event.type());
        putIfPresent(json, "subject", event.subject());
        putIfPresent(json, "time", event.time());
        putIfPresent(json, "dataschema", event.dataSchema());
        putIfPresent(json, "datacontenttype", event.dataContentType());
        new TreeMap<>(event.extensions()).forEach(json::put);
        if (event.data() != null) {
            json.putRawValue(event.binary() ? "data_base64" : "data", new RawValue(event.data()));
        }
        return json;
    }

    private static void putIfPresent(ObjectNode json, String name, Object value) {
        if (value != null) {
            json.put(name, value.toString());
        }
    }
}
