package dev.seneschal.retention.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.type.TypeFactory;
import com.fasterxml.jackson.databind.util.LRUMap;

/**
 * Records of this bundle as JSON text. Safe for use by any thread.
 *
 * <p>It remembers types on its own: what Jackson remembers for all outlives a bundle and keeps its classes.
 */
public final class Json {

    private static final ObjectMapper MAPPER =
            new ObjectMapper().setTypeFactory(TypeFactory.defaultInstance().withCache(new LRUMap<>(16, 64)));

    private Json() {}

    /** Returns the record's text. */
    public static String write(Record value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(value.getClass().getSimpleName() + " always has a JSON form", e);
        }
    }

    /** Reads a record that was kept. */
    public static <T extends Record> T read(String text, Class<T> type) {
        try {
            return MAPPER.readValue(text, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(
                    "The " + type.getSimpleName() + " on record cannot be read: " + e.getOriginalMessage(), e);
        }
    }
}
