package dev.seneschal.api.http;

import java.util.Objects;

/**
 * One operation.
 *
 * @param method the HTTP method, upper case
 * @param path a template below the root: {@code /api/v1/policies/{id}/preview}; a variable is one segment
 * @param permission what the caller must be allowed, or null for an operation open to everyone
 * @param handler does the work
 */
public record Route(String method, String path, String permission, Handler handler) {

    /** Checks presence. */
    public Route {
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(handler, "handler");
    }

    /** Answers a request. Called by many threads at once. */
    @FunctionalInterface
    public interface Handler {
        /**
         * Returns the answer, or throws: {@link Problem} becomes that answer; unavailable storage becomes 503 with
         * {@code Retry-After}; anything else becomes 500 with a correlation id and is logged.
         *
         * @throws Exception if it cannot answer
         */
        Response handle(Request request) throws Exception;
    }
}
