package dev.seneschal.audit.entry;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes JSON in the one form RFC 8785 allows: no white space, members by the UTF-16 order of their names, the shortest
 * escapes. Equal values have equal texts on every machine, so the text can be hashed.
 */
final class CanonicalJson {

    private final StringBuilder out = new StringBuilder();

    private CanonicalJson() {}

    /** Returns the text of an object whose values are strings, objects of strings, integers or null. */
    static String of(Map<String, ?> members) {
        var json = new CanonicalJson();
        json.object(new TreeMap<>(members));
        return json.out.toString();
    }

    private void object(SortedMap<String, ?> members) {
        out.append('{');
        var separator = "";
        for (var member : members.entrySet()) {
            out.append(separator);
            string(member.getKey());
            out.append(':');
            value(member.getValue());
            separator = ",";
        }
        out.append('}');
    }

    private void value(Object value) {
        if (value instanceof String text) {
            string(text);
        } else if (value instanceof Integer number) {
            out.append(number.intValue());
        } else if (value instanceof SortedMap<?, ?> nested) {
            @SuppressWarnings("unchecked")
            var members = (SortedMap<String, ?>) nested;
            object(members);
        } else if (value == null) {
            out.append("null");
        } else {
            throw new IllegalArgumentException("No canonical form for " + value.getClass());
        }
    }

    private void string(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            character(text.charAt(i));
        }
        out.append('"');
    }

    private void character(char c) {
        switch (c) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case '\b' -> out.append("\\b");
            case '\t' -> out.append("\\t");
            case '\n' -> out.append("\\n");
            case '\f' -> out.append("\\f");
            case '\r' -> out.append("\\r");
            default -> {
                if (c < 0x20) {
                    out.append(String.format("\\u%04x", (int) c));
                } else {
                    out.append(c);
                }
            }
        }
    }
}
