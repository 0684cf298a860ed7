package dev.seneschal.eventlog.append;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;

/**
 * What JSON must be to become PostgreSQL's {@code jsonb}: strict JSON, no NUL, no half surrogate pair, no number beyond
 * what {@code numeric} writes in a reasonable space, no absurd depth. Safe for use by any thread.
 */
final class JsonRules {

    private static final int DEPTH = 500;
    private static final int DIGITS = 1_000;

    /** {@code 1e131071} is eight bytes that PostgreSQL prints as 131,072. */
    private static final int EXPONENT = 400;

    private final JsonFactory factory = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH)
                    .maxNumberLength(DIGITS)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            // Field names of strangers must not fill a table that lives as long as the log.
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    /**
     * What was found.
     *
     * @param problem what is wrong, or null
     * @param text the value, if it is a single string, or null
     */
    record Found(String problem, String text) {
        boolean isValid() {
            return problem == null;
        }
    }

    /** Reads the whole text. */
    Found check(String json) {
        int unstorable = Text.firstUnstorable(json);
        if (unstorable >= 0) {
            return new Found("has a NUL character or half a surrogate pair at position " + unstorable, null);
        }
        boolean escapes = json.indexOf('\\') >= 0;
        try (JsonParser parser = factory.createParser(json)) {
            var first = parser.nextToken();
            if (first == null) {
                return new Found("is empty; leave it out, or write null", null);
            }
            var text = first == JsonToken.VALUE_STRING ? parser.getText() : null;
            int depth = 0;
            for (var token = first; token != null; token = parser.nextToken()) {
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                var problem = problem(parser, token, escapes);
                if (problem != null) {
                    return new Found(problem, null);
                }
                if (depth == 0) {
                    break;
                }
            }
            if (parser.nextToken() != null) {
                return new Found("has more than one JSON value", null);
            }
            return new Found(null, text);
        } catch (JsonProcessingException e) {
            return new Found("is not JSON: " + e.getOriginalMessage(), null);
        } catch (IOException e) {
            throw new IllegalStateException("Reading a string cannot fail", e);
        }
    }

    private static String problem(JsonParser parser, JsonToken token, boolean escapes) throws IOException {
        if (escapes && (token == JsonToken.VALUE_STRING || token == JsonToken.FIELD_NAME)) {
            if (Text.firstUnstorable(parser.getText()) >= 0) {
                return "has an escaped NUL character or half a surrogate pair, which PostgreSQL cannot hold";
            }
        } else if (token == JsonToken.VALUE_NUMBER_FLOAT) {
            return exponentProblem(parser.getText());
        }
        return null;
    }

    private static String exponentProblem(String number) {
        int e = Math.max(number.indexOf('e'), number.indexOf('E'));
        if (e < 0) {
            return null;
        }
        var digits = number.substring(e + 1).replaceFirst("^[+-]?0*", "");
        return digits.length() > 3 || (!digits.isEmpty() && Integer.parseInt(digits) > EXPONENT)
                ? "has a number whose exponent is beyond " + EXPONENT
                : null;
    }
}
