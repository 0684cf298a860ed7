package dev.seneschal.gateway.route;

import com.fasterxml.jackson.databind.JsonNode;
import dev.seneschal.api.http.Route;
import java.util.Locale;
import java.util.Set;

/**
 * A route with what its description says of it.
 *
 * @param route the route
 * @param description the OpenAPI operation object
 * @param consumes the media types a body may have; empty if the operation takes none
 * @param produces the media types of its answers
 */
public record Operation(Route route, JsonNode description, Set<String> consumes, Set<String> produces) {

    /** Copies the sets. */
    public Operation {
        consumes = Set.copyOf(consumes);
        produces = Set.copyOf(produces);
    }

    /** Returns whether a body of the media type is taken; the type comes without parameters. */
    public boolean takes(String mediaType) {
        var type = mediaType.toLowerCase(Locale.ROOT);
        return consumes.contains("*/*")
                || consumes.contains(type)
                || (consumes.contains("application/json") && type.startsWith("application/") && type.endsWith("+json"));
    }

    /** Returns whether some media type of the answer is acceptable to the header {@code Accept}. */
    public boolean satisfies(String accept) {
        if (produces.isEmpty()) {
            return true;
        }
        for (var range : accept.split(",")) {
            var parts = range.strip().toLowerCase(Locale.ROOT).split(";");
            if (!isRefused(parts) && produces.stream().anyMatch(type -> matches(parts[0].strip(), type))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isRefused(String[] range) {
        for (int i = 1; i < range.length; i++) {
            if (range[i].strip().matches("q=0(\\.0{0,3})?")) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(String range, String type) {
        return range.isEmpty()
                || range.equals("*/*")
                || range.equals(type)
                || (range.endsWith("/*") && type.startsWith(range.substring(0, range.length() - 1)));
    }
}
