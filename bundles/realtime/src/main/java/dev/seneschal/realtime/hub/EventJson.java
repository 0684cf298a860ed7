package dev.seneschal.realtime.hub;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.seneschal.api.event.CloudEvent;
import java.util.TreeMap;

/** Writes an event in the JSON format of CloudEvents 1.0, in one line. */
final class EventJson {

    private EventJson() {}

    static String of(CloudEvent event) {
        var json = new StringBuilder(256).append("{\"specversion\":\"1.0\"");
        attribute(json, "id", event.id());
        attribute(json, "source", event.source());
        attribute(json, "type", event.type());
        attribute(json, "subject", event.subject());
        attribute(json, "time", event.time() == null ? null : event.time().toString());
        attribute(json, "dataschema", event.dataSchema());
        attribute(json, "datacontenttype", event.dataContentType());
        new TreeMap<>(event.extensions()).forEach((name, value) -> attribute(json, name, value));
        if (event.data() != null) {
            json.append(event.binary() ? ",\"data_base64\":" : ",\"data\":").append(event.data());
        }
        return json.append('}').toString();
    }

    private static void attribute(StringBuilder json, String name, String value) {
        if (value != null) {
            json.append(",\"").append(name).append("\":\"");
            JsonStringEncoder.getInstance().quoteAsString(value, json);
            json.append('"');
        }
    }
}
