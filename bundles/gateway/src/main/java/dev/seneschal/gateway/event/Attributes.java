package dev.seneschal.gateway.event;

import dev.seneschal.api.event.CloudEvent;
import dev.seneschal.api.http.Problem;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The context attributes of one event, whichever way they came, checked against CloudEvents 1.0 and the log's limits. A
 * fault is a {@link Problem} that names the attribute as the sender wrote it.
 */
final class Attributes {

    static final Set<String> CORE =
            Set.of("specversion", "id", "source", "type", "subject", "time", "dataschema", "datacontenttype");

    /** The extension by which the host says on whose behalf an event was published. */
    static final String ADMIN_SESSION = "adminsession";

    private static final Pattern NAME = Pattern.compile("[a-z0-9]{1,20}");
    private static final Pattern MEDIA_TYPE =
            Pattern.compile("[A-Za-z0-9!#$&^_.+-]{1,127}/[A-Za-z0-9!#$&^_.+-]{1,127}(\\s*;\\s*[^;]+)*");
    private static final int LONGEST = 255;
    private static final int LONGEST_URI = 1_024;
    private static final int LONGEST_EXTENSION = 1_024;

    private final String prefix;
    private final Map<String, String> core = new LinkedHashMap<>();
    private final Map<String, String> extensions = new LinkedHashMap<>();

    /** Begins an event whose attributes are named with this prefix in problems. */
    Attributes(String prefix) {
        this.prefix = prefix;
    }

    void put(String name, String value) {
        if (CORE.contains(name)) {
            core.put(name, checked(name, value, name.equals("dataschema") ? LONGEST_URI : LONGEST));
            return;
        }
        if (!NAME.matcher(name).matches()) {
            throw fault(name, "The name of an attribute is 1 to 20 lower-case letters and digits.");
        }
        if (name.equals(ADMIN_SESSION)) {
            throw fault(name, "The host itself sets this attribute, to the session of whoever publishes the event.");
        }
        extensions.put(name, checked(name, value, LONGEST_EXTENSION));
    }

    private String checked(String name, String value, int longest) {
        if (value.isEmpty() || value.length() > longest) {
            throw fault(name, "It must have 1 to " + longest + " characters.");
        }
        if (!value.codePoints().allMatch(Attributes::isText)) {
            throw fault(name, "It holds a control character or one that is none.");
        }
        return value;
    }

    /** What CloudEvents allows in a string: no control character, no noncharacter, no half of a surrogate pair. */
    private static boolean isText(int c) {
        return !Character.isISOControl(c)
                && (c & 0xFFFE) != 0xFFFE
                && (c < 0xFDD0 || c > 0xFDEF)
                && Character.getType(c) != Character.SURROGATE;
    }

    /** Returns the event. */
    CloudEvent event(String data, boolean binary) {
        if (!"1.0".equals(required("specversion"))) {
            throw fault("specversion", "It must be 1.0.");
        }
        var mediaType = core.get("datacontenttype");
        if (mediaType != null && !MEDIA_TYPE.matcher(mediaType).matches()) {
            throw fault("datacontenttype", "It is not a media type.");
        }
        return new CloudEvent(
                required("id"),
                uri("source", required("source")),
                required("type"),
                core.get("subject"),
                time(),
                core.containsKey("dataschema") ? uri("dataschema", core.get("dataschema")) : null,
                mediaType,
                data,
                binary,
                extensions);
    }

    private String required(String name) {
        var value = core.get(name);
        if (value == null) {
            throw fault(name, "The attribute '" + name + "' is required.");
        }
        return value;
    }

    private String uri(String name, String value) {
        try {
            return new URI(value).toString();
        } catch (URISyntaxException e) {
            throw fault(name, "It is not a URI reference.");
        }
    }

    private Instant time() {
        var text = core.get("time");
        if (text == null) {
            return null;
        }
        try {
            var time = OffsetDateTime.parse(text.toUpperCase(Locale.ROOT));
            if (time.getYear() < 1 || time.getYear() > 9_999) {
                throw fault("time", "Its year must be 0001 to 9999.");
            }
            return time.toInstant();
        } catch (DateTimeException e) {
            throw fault("time", "It is not a time of RFC 3339, such as 2027-01-31T12:00:00Z.");
        }
    }

    Problem fault(String name, String detail) {
        return Problem.invalid(prefix + JsonText.escape(name), detail);
    }
}
