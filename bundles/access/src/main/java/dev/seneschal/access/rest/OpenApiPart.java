package dev.seneschal.access.rest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** A description that lies in this bundle. */
final class OpenApiPart {

    private OpenApiPart() {}

    static String read(String name) {
        try (var in = OpenApiPart.class.getClassLoader().getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("The bundle lacks its " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("The bundle's " + name + " cannot be read", e);
        }
    }
}
