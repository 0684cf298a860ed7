package dev.seneschal.api.http;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * An answer.
 *
 * @param status the HTTP status
 * @param contentType the media type, or null if there is no body
 * @param body the body, possibly empty
 * @param headers further headers by name
 */
public record Response(int status, String contentType, byte[] body, Map<String, String> headers) {

    private static final byte[] NOTHING = {};

    /** Returns a JSON answer. */
    public static Response json(int status, String json) {
        return new Response(status, "application/json", json.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    /** Returns an answer without a body. */
    public static Response empty(int status) {
        return new Response(status, null, NOTHING, Map.of());
    }

    /** Returns this answer with one more header. */
    public Response with(String name, String value) {
        var more = new HashMap<>(headers);
        more.put(name, value);
        return new Response(status, contentType, body, Map.copyOf(more));
    }
}
