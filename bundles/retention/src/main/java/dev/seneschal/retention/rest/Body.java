package dev.seneschal.retention.rest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.seneschal.api.http.Problem;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/** A JSON object somebody sent, read strictly: every field is known, has its type, and stands once. Not thread safe. */
final class Body {

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final JsonNode object;
    private final Set<String> unread = new HashSet<>();

    private Body(JsonNode object) {
        this.object = object;
        object.fieldNames().forEachRemaining(unread::add);
    }

    static Body parse(byte[] bytes) {
        try {
            var node = MAPPER.readTree(bytes);
            if (node == null || !node.isObject()) {
                throw Problem.invalid("", "The body must be a JSON object.");
            }
            refuseControls(node, "");
            return new Body(node);
        } catch (JsonProcessingException e) {
            throw Problem.invalid("", "The body is not JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new IllegalStateException("Reading from memory does not fail", e);
        }
    }

    /** No name and no text here has control characters or half characters; PostgreSQL cannot keep some of them. */
    private static void refuseControls(JsonNode node, String pointer) {
        if (node.isTextual() && isUnclean(node.textValue())) {
            throw Problem.invalid(pointer, "A text must not contain control characters or half characters.");
        }
        for (var member : node.properties()) {
            if (isUnclean(member.getKey())) {
                throw Problem.invalid(pointer, "A name must not contain control characters or half characters.");
            }
            refuseControls(
                    member.getValue(),
                    pointer + "/" + member.getKey().replace("~", "~0").replace("/", "~1"));
        }
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            refuseControls(node.get(i), pointer + "/" + i);
        }
    }

    private static boolean isUnclean(String text) {
        return text.codePoints()
                .anyMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE);
    }

    private JsonNode read(String field) {
        unread.remove(field);
        return object.path(field);
    }

    String text(String field, String absent) {
        var node = read(field);
        if (node.isMissingNode() && absent != null) {
            return absent;
        }
        if (!node.isTextual()) {
            throw Problem.invalid("/" + field, field + " must be given, as a text.");
        }
        return node.textValue();
    }

    UUID id(String field) {
        try {
            return UUID.fromString(text(field, null));
        } catch (IllegalArgumentException e) {
            throw Problem.invalid("/" + field, field + " must be an identifier (a UUID).");
        }
    }

    Integer integer(String field) {
        var node = read(field);
        if (node.isMissingNode() || node.isNull()) {
            return null;
        }
        if (!node.isIntegralNumber() || !node.canConvertToInt()) {
            throw Problem.invalid("/" + field, field + " must be a whole number.");
        }
        return node.intValue();
    }

    boolean flag(String field, boolean absent) {
        var node = read(field);
        if (node.isMissingNode()) {
            return absent;
        }
        if (!node.isBoolean()) {
            throw Problem.invalid("/" + field, field + " must be true or false.");
        }
        return node.booleanValue();
    }

    String object(String field) {
        var node = read(field);
        if (node.isMissingNode()) {
            return "{}";
        }
        if (!node.isObject()) {
            throw Problem.invalid("/" + field, field + " must be an object.");
        }
        return node.toString();
    }

    /** Refuses what nobody asked for; call it last. */
    void end() {
        unread.stream().sorted().findFirst().ifPresent(field -> {
            throw Problem.invalid(
                    "/" + field.replace("~", "~0").replace("/", "~1"), "There is no such field: " + field + ".");
        });
    }
}
