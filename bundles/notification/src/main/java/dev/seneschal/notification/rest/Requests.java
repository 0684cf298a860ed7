package dev.seneschal.notification.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.seneschal.api.http.Problem;
import dev.seneschal.api.http.Request;
import dev.seneschal.api.http.Response;
import java.util.UUID;
import java.util.regex.Pattern;

/** What the handlers read from requests in the same way. */
final class Requests {

    private static final Pattern ETAG = Pattern.compile("\"(\\d{1,9})\"");
    private static final int USUAL = 100;
    private static final int MOST = 500;

    private Requests() {}

    static UUID id(Request request) {
        return uuid(request.variables().get("id"), 404, "There is nothing of that identifier: it is not a UUID.");
    }

    static UUID uuid(String text, int status, String detail) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new Problem(status, detail);
        }
    }

    /** Returns the version that the caller builds on, from {@code If-Match}. */
    static int version(Request request) {
        var header = request.header("If-Match")
                .orElseThrow(() -> new Problem(
                        428, "Send the header If-Match with the ETag you got, so that no change is overwritten."));
        var matcher = ETAG.matcher(header.strip());
        if (!matcher.matches()) {
            throw new Problem(412, "If-Match is not an ETag of this resource, such as \"3\".");
        }
        return Integer.parseInt(matcher.group(1));
    }

    static Response versioned(int status, JsonNode body, int version) {
        return Response.json(status, body.toString()).with("ETag", "\"" + version + "\"");
    }

    static int limit(Request request) {
        var text = request.parameter("limit").orElse(Integer.toString(USUAL));
        if (!text.matches("[0-9]{1,3}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > MOST) {
            throw Problem.invalid("limit", "The limit must be 1 to " + MOST + ".");
        }
        return Integer.parseInt(text);
    }

    /** Reads JSON that the database holds. */
    static JsonNode stored(JsonMapper json, String text) {
        try {
            return json.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Stored JSON cannot be read", e);
        }
    }
}
