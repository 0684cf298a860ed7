package dev.seneschal.gateway.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.seneschal.api.http.Problem;
import java.io.IOException;
import java.math.BigDecimal;

/**
 * Reads JSON that PostgreSQL will keep: strictly, numbers without loss, and nothing that {@code jsonb} cannot hold (a NUL,
 * half a surrogate pair, a number beyond its range), so that one such event cannot spoil a commit it shares with others.
 */
final class JsonText {

    private static final int DEPTH = 64;
    /** What {@code numeric} keeps at least, well within its 131,072 digits before and 16,383 after the point. */
    private static final int DIGITS = 10_000;

    private static final int NUMBER_LENGTH = 1_000;

    private final ObjectMapper mapper;

    JsonText() {
        this.mapper = JsonMapper.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .build();
        mapper.getFactory()
                .setStreamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(DEPTH)
                        .maxNumberLength(NUMBER_LENGTH)
                        .build());
    }

    ObjectMapper mapper() {
        return mapper;
    }

    JsonNode parse(byte[] body) {
        try {
            var root = mapper.readTree(body);
            if (root == null || root.isMissingNode()) {
                throw Problem.invalid("", "The body is empty; JSON is required.");
            }
            return root;
        } catch (JsonProcessingException e) {
            var at = e.getLocation();
            throw Problem.invalid(
                    "",
                    "The body is not JSON, names a field twice, or is nested deeper than " + DEPTH + " levels"
                            + (at == null ? "." : ": line " + at.getLineNr() + ", column " + at.getColumnNr() + "."));
        } catch (IOException e) {
            throw Problem.invalid("", "The body is not JSON in UTF-8.");
        }
    }

    /** Refuses what the database cannot keep, by its pointer. */
    static void check(JsonNode node, String pointer) {
        if (node.isTextual() && !isKeepable(node.textValue())) {
            throw Problem.invalid(pointer, "The string holds a NUL or half a surrogate pair, which cannot be kept.");
        }
        if (node.isNumber()) {
            checkNumber(node.decimalValue(), pointer);
        }
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                check(node.get(i), pointer + "/" + i);
            }
        }
        node.properties().forEach(field -> {
            if (!isKeepable(field.getKey())) {
                throw Problem.invalid(pointer, "A field's name holds a NUL or half a surrogate pair.");
            }
            check(field.getValue(), pointer + "/" + escape(field.getKey()));
        });
    }

    private static void checkNumber(BigDecimal number, String pointer) {
        if (Math.abs((long) number.scale()) > DIGITS) {
            throw Problem.invalid(pointer, "The number's exponent is out of range; write it as a string.");
        }
    }

    private static boolean isKeepable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                return false;
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                return false;
            }
        }
        return true;
    }

    /** Escapes a name for a JSON Pointer. */
    static String escape(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
