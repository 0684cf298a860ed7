package dev.seneschal.audit.entry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;

/** An entry's details as the database keeps them. Safe for use by any thread. */
public final class DetailsJson {

    private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};

    private final ObjectMapper mapper = new ObjectMapper();

    /** Returns the details as JSON text. */
    public String write(Map<String, String> details) {
        try {
            return mapper.writeValueAsString(details);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A map of texts always has a JSON form", e);
        }
    }

    /**
     * Returns the details of JSON text.
     *
     * @throws IllegalArgumentException if it is not an object of texts, which only tampering explains
     */
    public Map<String, String> read(String json) {
        try {
            return mapper.readValue(json, TEXTS);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Details that are not an object of texts: " + e.getOriginalMessage(), e);
        }
    }
}
