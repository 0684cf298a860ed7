package dev.seneschal.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Texts that lie in this bundle. */
public final class Resources {

    private Resources() {}

    /** Returns a text by its name from the bundle's root. */
    public static String read(String name) {
        try (var in = Resources.class.getClassLoader().getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("The bundle lacks its " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("The bundle's " + name + " cannot be read", e);
        }
    }
}
