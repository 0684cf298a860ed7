package dev.seneschal.gateway.event;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.seneschal.api.event.CloudEvent;
import dev.seneschal.api.http.Problem;
import dev.seneschal.api.http.Request;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Base64;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Reads an event whose attributes are headers {@code ce-…} and whose body is its data (CloudEvents 1.0, HTTP Protocol
 * Binding). Safe for use by any thread.
 */
final class BinaryMode {

    static final String PREFIX = "ce-";

    private static final Pattern CHARSET =
            Pattern.compile(";\\s*charset\\s*=\\s*\"?([^\";\\s]+)\"?", Pattern.CASE_INSENSITIVE);

    private final JsonText json;

    BinaryMode(JsonText json) {
        this.json = json;
    }

    static boolean isUsed(Request request) {
        return request.headers().keySet().stream().anyMatch(name -> name.startsWith(PREFIX));
    }

    CloudEvent event(Request request) {
        var attributes = new Attributes(PREFIX);
        request.headers().forEach((header, value) -> {
            if (header.startsWith(PREFIX)) {
                attributes.put(name(attributes, header), decode(header, value));
            }
        });
        var type = request.header("content-type").orElse(null);
        if (type != null) {
            attributes.put("datacontenttype", type);
        }
        if (request.body().length == 0) {
            return attributes.event(null, false);
        }
        if (type != null && isJson(type)) {
            var data = json.parse(request.body());
            JsonText.check(data, "");
            return attributes.event(data.toString(), false);
        }
        if (type != null && isText(type)) {
            var text = new TextNode(text(request.body(), type));
            JsonText.check(text, "");
            return attributes.event(text.toString(), false);
        }
        var encoded = Base64.getEncoder().encodeToString(request.body());
        return attributes.event(new TextNode(encoded).toString(), true);
    }

    private static String name(Attributes attributes, String header) {
        var name = header.substring(PREFIX.length());
        if (name.equals("datacontenttype")) {
            throw attributes.fault(name, "In binary mode the media type of the data is the header Content-Type.");
        }
        return name;
    }

    private static boolean isJson(String type) {
        var bare = bare(type);
        return bare.equals("application/json") || bare.equals("text/json") || bare.endsWith("+json");
    }

    private static boolean isText(String type) {
        var bare = bare(type);
        return bare.startsWith("text/") || bare.equals("application/xml") || bare.endsWith("+xml");
    }

    private static String bare(String type) {
        return type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    private static String text(byte[] body, String type) {
        var named = CHARSET.matcher(type);
        try {
            var charset = named.find() ? Charset.forName(named.group(1)) : StandardCharsets.UTF_8;
            return charset.newDecoder().decode(ByteBuffer.wrap(body)).toString();
        } catch (CharacterCodingException | IllegalCharsetNameException | UnsupportedCharsetException e) {
            throw Problem.invalid("Content-Type", "The body is not text of the character set that it names.");
        }
    }

    /** Undoes the quoting and the percent-encoding of a header's value. */
    private static String decode(String header, String value) {
        var plain = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"")
                ? value.substring(1, value.length() - 1).replaceAll("\\\\(.)", "$1")
                : value;
        var bytes = new ByteArrayOutputStream();
        for (int i = 0; i < plain.length(); i++) {
            char c = plain.charAt(i);
            if (c == '%') {
                int high = digit(plain, i + 1);
                int low = digit(plain, i + 2);
                if (high < 0 || low < 0) {
                    throw malformed(header);
                }
                bytes.write(high << 4 | low);
                i += 2;
            } else if (c < 0x80) {
                bytes.write(c);
            } else {
                throw malformed(header);
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw malformed(header);
        }
    }

    private static int digit(String text, int at) {
        return at < text.length() ? Character.digit(text.charAt(at), 16) : -1;
    }

    private static Problem malformed(String header) {
        return Problem.invalid(header, "The value is ASCII; anything else, and '%', is percent-encoded as UTF-8.");
    }
}
