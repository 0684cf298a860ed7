package dev.seneschal.audit.entry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.HashMap;
import java.util.Map;

/** An entry's details as the database keeps them. Safe for use by any thread. */
public final class DetailsJson {

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
        var details = new HashMap<String, String>();
        try {
            var members = mapper.readTree(json).properties();
            for (var member : members) {
                if (!member.getValue().isTextual()) {
                    throw new IllegalArgumentException("The detail '" + member.getKey() + "' is not a text");
                }
                details.put(member.getKey(), member.getValue().textValue());
            }
            return details;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Details that are not JSON: " + e.getOriginalMessage(), e);
        }
    }
}
