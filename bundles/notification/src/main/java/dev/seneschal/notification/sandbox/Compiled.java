package dev.seneschal.notification.sandbox;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.apache.velocity.Template;

/** A template that has passed every check, parsed once. Immutable; safe for use by any thread. */
public final class Compiled {

    private final Map<Part, Template> parts;
    private final Set<String> paths;

    Compiled(Map<Part, Template> parts, Set<String> paths) {
        this.parts = new EnumMap<>(parts);
        this.paths = Set.copyOf(paths);
    }

    /** Returns the parsed part, or null if the template has none. */
    Template part(Part part) {
        return parts.get(part);
    }

    /** Returns the dotted paths of data the template refers to, such as {@code event.data.user}. */
    public Set<String> paths() {
        return paths;
    }
}
