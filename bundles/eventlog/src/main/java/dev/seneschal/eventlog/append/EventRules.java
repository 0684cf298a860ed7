package dev.seneschal.eventlog.append;

import dev.seneschal.api.event.CloudEvent;
import dev.seneschal.api.event.InvalidEventException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * What an event must be to enter the log: CloudEvents 1.0, the lengths {@link CloudEvent} promises, and text PostgreSQL can
 * hold. Safe for use by any thread.
 */
final class EventRules {

    /** The extension attribute that carries the identifier of the administrator's session. */
    static final String ADMIN_SESSION = "adminsession";

    private static final int ATTRIBUTE_LENGTH = 255;
    private static final int EXTENSION_LENGTH = 4_096;
    private static final int EXTENSIONS = 100;
    private static final Pattern EXTENSION_NAME = Pattern.compile("[a-z0-9]{1,20}");
    private static final Pattern UUID_FORM = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
    private static final Pattern MEDIA_TYPE =
            Pattern.compile("[\\w!#$&^.+-]+/[\\w!#$&^.+-]+(\\s*;\\s*[\\w!#$&^.+-]+=([\\w!#$&^.+*'%:/-]+|\"[^\"]*\"))*");
    private static final Pattern JSON_TYPE =
            Pattern.compile("(application|text)/json|[^/]+/[^;]+\\+json", Pattern.CASE_INSENSITIVE);
    private static final Set<String> RESERVED =
            Set.of("id", "source", "specversion", "type", "datacontenttype", "dataschema", "subject", "time", "data");

    /** PostgreSQL and RFC 3339 agree on these years. */
    private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");

    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999Z");

    private final JsonRules json = new JsonRules();
    private final long maxBytes;

    /** Accepts events up to that size, all attributes and data as UTF-8. */
    EventRules(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /**
     * Checks the event.
     *
     * @return its size in bytes
     * @throws InvalidEventException naming the index and the attribute
     */
    long check(CloudEvent event, int index) {
        var check = new Attributes(index);
        check.required("id", event.id());
        check.required("source", event.source());
        check.reference("source", event.source());
        check.required("type", event.type());
        check.optional("subject", event.subject(), ATTRIBUTE_LENGTH);
        check.time(event.time());
        check.optional("dataschema", event.dataSchema(), 1_024);
        check.absolute("dataschema", event.dataSchema());
        check.mediaType(event.dataContentType());
        check.extensions(event);
        check.data(event);
        check.size(event);
        return check.bytes;
    }

    /** Returns the administrator's session an event names, or null. */
    static UUID adminSession(CloudEvent event) {
        var session = event.extensions().get(ADMIN_SESSION);
        return session == null ? null : UUID.fromString(session);
    }

    /** The checks of one event, adding up its size. */
    private final class Attributes {

        private final int index;
        private long bytes;

        Attributes(int index) {
            this.index = index;
        }

        private InvalidEventException wrong(String attribute, String message) {
            return new InvalidEventException(
                    index, attribute, "Event " + index + ": " + attribute + " " + message + ".");
        }

        void required(String attribute, String value) {
            if (value.isEmpty()) {
                throw wrong(attribute, "is empty; it must have 1 to " + ATTRIBUTE_LENGTH + " characters");
            }
            text(attribute, value, ATTRIBUTE_LENGTH);
        }

        void optional(String attribute, String value, int length) {
            if (value == null) {
                return;
            }
            if (value.isEmpty()) {
                throw wrong(attribute, "is empty; leave it out instead");
            }
            text(attribute, value, length);
        }

        private void text(String attribute, String value, int length) {
            if (value.length() > length && value.codePointCount(0, value.length()) > length) {
                throw wrong(attribute, "has more than " + length + " characters");
            }
            int at = Text.firstForbidden(value);
            if (at >= 0) {
                throw wrong(
                        attribute,
                        "has a character that CloudEvents forbids, a control character, half a surrogate pair or a"
                                + " non-character, at position " + at);
            }
            bytes += Text.utf8Length(value);
        }

        void reference(String attribute, String value) {
            try {
                var unused = new URI(value);
            } catch (URISyntaxException e) {
                throw wrong(attribute, "is not a URI reference: " + e.getReason());
            }
        }

        void absolute(String attribute, String value) {
            if (value == null) {
                return;
            }
            reference(attribute, value);
            if (!URI.create(value).isAbsolute()) {
                throw wrong(attribute, "is not an absolute URI");
            }
        }

        void time(Instant time) {
            if (time != null && (time.isBefore(EARLIEST) || time.isAfter(LATEST))) {
                throw wrong("time", "is not in the years 1 to 9999");
            }
        }

        void mediaType(String type) {
            optional("datacontenttype", type, ATTRIBUTE_LENGTH);
            if (type != null && !MEDIA_TYPE.matcher(type).matches()) {
                throw wrong("datacontenttype", "is not a media type such as application/json");
            }
        }

        void extensions(CloudEvent event) {
            if (event.extensions().size() > EXTENSIONS) {
                throw wrong("extensions", "are more than " + EXTENSIONS);
            }
            event.extensions().forEach((name, value) -> {
                if (!EXTENSION_NAME.matcher(name).matches()) {
                    var shown = name.length() > 40 ? name.substring(0, 40) + "…" : name;
                    throw wrong(Text.printable(shown), "is not an extension's name: 1 to 20 of a-z and 0-9");
                }
                if (RESERVED.contains(name)) {
                    throw wrong(name, "cannot be an extension: CloudEvents has it already");
                }
                text(name, value, EXTENSION_LENGTH);
                bytes += name.length();
            });
            channel(event.extensions().get(CloudEvent.CHANNEL));
            var session = event.extensions().get(ADMIN_SESSION);
            if (session != null && !UUID_FORM.matcher(session).matches()) {
                throw wrong(ADMIN_SESSION, "is not the UUID of an administrator's session");
            }
        }

        private void channel(String channel) {
            if (channel != null) {
                required(CloudEvent.CHANNEL, channel);
                if (channel.isBlank()) {
                    throw wrong(CloudEvent.CHANNEL, "is blank");
                }
            }
        }

        void data(CloudEvent event) {
            var data = event.data();
            if (data == null) {
                if (event.binary()) {
                    throw wrong("data_base64", "is announced but absent");
                }
                return;
            }
            bytes += Text.utf8Length(data);
            size(event);
            var attribute = event.binary() ? "data_base64" : "data";
            var found = json.check(data);
            if (!found.isValid()) {
                throw wrong(attribute, found.problem());
            }
            if (event.binary()) {
                base64(found.text());
            } else if (found.text() == null && !isJson(event.dataContentType())) {
                throw wrong("data", "must be a JSON string, because datacontenttype is not a JSON type");
            }
        }

        private void base64(String text) {
            if (text == null) {
                throw wrong("data_base64", "must be a JSON string");
            }
            try {
                var unused = Base64.getDecoder().decode(text);
            } catch (IllegalArgumentException e) {
                throw wrong("data_base64", "is not base64: " + e.getMessage());
            }
        }

        private static boolean isJson(String mediaType) {
            if (mediaType == null) {
                return true;
            }
            int end = mediaType.indexOf(';');
            var essence = (end < 0 ? mediaType : mediaType.substring(0, end)).strip();
            return JSON_TYPE.matcher(essence.toLowerCase(Locale.ROOT)).matches();
        }

        void size(CloudEvent event) {
            if (bytes > maxBytes) {
                var attribute = event.data() == null ? "extensions" : "data";
                throw wrong(attribute, "makes the event larger than " + maxBytes + " bytes");
            }
        }
    }
}
