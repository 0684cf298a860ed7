package dev.seneschal.realtime.transport;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads the query of a request. The server's own reading of it would answer a malformed one with a page of the server. */
final class Query {

    private Query() {}

    /**
     * Returns the values of a parameter, in order.
     *
     * @param query as sent, or null
     * @throws IllegalArgumentException if it is malformed
     */
    static List<String> values(String query, String name) {
        var values = new ArrayList<String>();
        for (var pair : query == null ? new String[0] : query.split("&")) {
            int equals = pair.indexOf('=');
            var key = decode(equals < 0 ? pair : pair.substring(0, equals));
            var value = equals < 0 ? "" : decode(pair.substring(equals + 1));
            if (key.equals(name)) {
                values.add(value);
            }
        }
        return values;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
