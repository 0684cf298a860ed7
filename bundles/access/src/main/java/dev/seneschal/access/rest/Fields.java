package dev.seneschal.access.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.seneschal.api.http.Problem;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** A JSON object whose fields are read strictly: an unknown or wrongly typed one is a {@link Problem} that names it. */
final class Fields {

    private final JsonNode object;

    private Fields(JsonNode object) {
        this.object = object;
    }

    /** Makes a mapper that refuses what is ambiguous. */
    static ObjectMapper mapper() {
        return JsonMapper.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
    }

    static Fields parse(ObjectMapper mapper, byte[] body, Set<String> known) {
        JsonNode root;
        try {
            root = mapper.readTree(body);
        } catch (JsonProcessingException e) {
            var at = e.getLocation();
            throw Problem.invalid(
                    "",
                    "The body is not JSON"
                            + (at == null ? "." : ": line " + at.getLineNr() + ", column " + at.getColumnNr() + "."));
        } catch (IOException e) {
            throw new IllegalStateException("An array in memory cannot fail to be read", e);
        }
        if (root == null || !root.isObject()) {
            throw Problem.invalid("", "The body must be a JSON object.");
        }
        root.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                throw Problem.invalid(pointer(name), "There is no such field; there are " + new TreeSet<>(known) + ".");
            }
        });
        return new Fields(root);
    }

    String text(String name) {
        var node = object.get(name);
        if (node == null || !node.isTextual()) {
            throw Problem.invalid(pointer(name), "A string is required here.");
        }
        return node.textValue();
    }

    Set<String> texts(String name) {
        var node = object.get(name);
        if (node == null || !node.isArray()) {
            throw Problem.invalid(pointer(name), "An array of strings is required here.");
        }
        var texts = new TreeSet<String>();
        for (int i = 0; i < node.size(); i++) {
            if (!node.get(i).isTextual()) {
                throw Problem.invalid(pointer(name) + "/" + i, "A string is required here.");
            }
            texts.add(node.get(i).textValue());
        }
        return texts;
    }

    Optional<Instant> instant(String name) {
        var node = object.get(name);
        if (node == null || node.isNull()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Instant.parse(node.isTextual() ? node.textValue() : ""));
        } catch (DateTimeParseException e) {
            throw Problem.invalid(pointer(name), "A time in UTC is required here, such as 2027-01-31T00:00:00Z.");
        }
    }

    private static String pointer(String name) {
        return "/" + name.replace("~", "~0").replace("/", "~1");
    }
}
