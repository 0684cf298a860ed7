package dev.seneschal.gateway.http;

import dev.seneschal.api.http.Problem;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Decodes what stands in a URI, strictly. */
final class Uri {

    private Uri() {}

    /** Returns the segments of a path, decoded one by one, so that an encoded slash is no separator. */
    static List<String> segments(String path) {
        var segments = new ArrayList<String>();
        for (var segment : path.substring(path.startsWith("/") ? 1 : 0).split("/", -1)) {
            segments.add(decode(segment));
        }
        return segments;
    }

    /** Returns the parameters of a query. */
    static Map<String, List<String>> parameters(String query) {
        var parameters = new LinkedHashMap<String, List<String>>();
        if (query == null || query.isEmpty()) {
            return parameters;
        }
        for (var pair : query.split("&")) {
            int equals = pair.indexOf('=');
            var name = decode((equals < 0 ? pair : pair.substring(0, equals)).replace('+', ' '));
            var value = equals < 0 ? "" : decode(pair.substring(equals + 1).replace('+', ' '));
            parameters.computeIfAbsent(name, unused -> new ArrayList<>()).add(value);
        }
        return parameters;
    }

    private static String decode(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        var bytes = new ByteArrayOutputStream();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '%') {
                bytes.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
                continue;
            }
            int high = digit(text, i + 1);
            int low = digit(text, i + 2);
            if (high < 0 || low < 0) {
                throw malformed();
            }
            bytes.write(high << 4 | low);
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw malformed();
        }
    }

    private static int digit(String text, int at) {
        return at < text.length() ? Character.digit(text.charAt(at), 16) : -1;
    }

    private static Problem malformed() {
        return new Problem(400, "The URI holds a '%' that does not begin an encoded UTF-8 character.");
    }
}
