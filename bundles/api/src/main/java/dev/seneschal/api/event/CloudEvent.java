package dev.seneschal.api.event;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/**
 * An event as its producer states it: CloudEvents 1.0 (section "Context Attributes") with JSON data.
 *
 * <p>Immutable. {@code source} and {@code id} together identify the event within a tenant: appending the same pair again
 * changes nothing. The extension attribute {@value #CHANNEL} names the channel; without it the channel is
 * {@code events:} followed by the type.
 *
 * @param id unique within the source, 1 to 255 characters
 * @param source a URI reference, 1 to 255 characters
 * @param type 1 to 255 characters, such as {@code org.keycloak.user.login}
 * @param subject what the event is about, up to 255 characters, or null
 * @param time when it happened, or null
 * @param dataSchema a URI, up to 1,024 characters, or null
 * @param dataContentType the media type of the data; null means {@code application/json}
 * @param data the data as JSON text, or null. Text of another media type is a JSON string; binary data is a JSON string
 *     of its base64 form and {@code binary} is true
 * @param binary whether the data came as {@code data_base64}
 * @param extensions extension attributes by name; names are 1 to 20 lower-case letters and digits
 */
public record CloudEvent(
        String id,
        String source,
        String type,
        String subject,
        Instant time,
        String dataSchema,
        String dataContentType,
        String data,
        boolean binary,
        Map<String, String> extensions) {

    /** The extension attribute that names the channel. */
    public static final String CHANNEL = "channel";

    /** The namespace of events without a channel of their own. */
    public static final String DEFAULT_NAMESPACE = "events:";

    /** Copies the extensions; checks presence only, the log checks form. */
    public CloudEvent {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(type, "type");
        extensions = Map.copyOf(extensions);
    }

    /** Returns an event of JSON data that happened now. */
    public static CloudEvent of(String id, String source, String type, Instant time, String data) {
        return new CloudEvent(id, source, type, null, time, null, null, data, false, Map.of());
    }

    /** Returns the channel this event belongs to. */
    public String channel() {
        return extensions.getOrDefault(CHANNEL, DEFAULT_NAMESPACE + type);
    }
}
