package dev.seneschal.gateway.http;

import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;

/**
 * A request as it arrives.
 *
 * @param method the method
 * @param path the path, as sent
 * @param query the query, as sent, or null
 * @param headers the first value of each header, by lower-case name
 * @param remote the peer's address
 * @param length the announced length of the body, or -1
 * @param body opens the body
 */
record Incoming(
        String method, String path, String query, Map<String, String> headers, String remote, long length, Body body) {

    /** The bytes that follow. */
    @FunctionalInterface
    interface Body {
        ServletInputStream open() throws IOException;
    }

    /** Returns the media type of the body without its parameters, in lower case; empty if it has none. */
    String mediaType() {
        return headers.getOrDefault("content-type", "").split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }
}
