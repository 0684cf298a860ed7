package dev.seneschal.notification.sandbox;

import java.util.Map;

/**
 * An object of the data, read only. It is not a {@link Map}: Velocity knows nothing of this type, so a template reaches
 * only what {@link Guard} lets through.
 */
final class MapValue {

    private final Map<?, ?> entries;

    MapValue(Map<?, ?> entries) {
        this.entries = entries;
    }

    Object get(String key) {
        return Values.of(entries.get(key));
    }

    boolean has(String key) {
        return entries.get(key) != null;
    }

    int size() {
        return entries.size();
    }
}
