package dev.seneschal.realtime.transport;

import dev.seneschal.realtime.connection.Credentials;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** What the HTTP endpoints share. */
final class Http {

    private Http() {}

    static Credentials credentials(HttpServletRequest request) {
        return new Credentials(
                request.getHeader("Authorization"), request.getHeader("Seneschal-Tenant"), request.getRemoteAddr());
    }

    /** Begins a response without end. */
    static AsyncContext stream(HttpServletRequest request, HttpServletResponse response, Framing framing) {
        response.setContentType(framing.contentType());
        response.setHeader("Cache-Control", "private, no-cache, no-store, must-revalidate, max-age=0");
        response.setHeader("X-Accel-Buffering", "no");
        var async = request.startAsync();
        async.setTimeout(0);
        return async;
    }

    /** Answers with a problem (RFC 9457). The detail is ours: nothing of the request goes into it. */
    static void problem(HttpServletResponse response, int status, String title, String detail) throws IOException {
        response.setStatus(status);
        response.setContentType("application/problem+json");
        response.setHeader("Cache-Control", "no-store");
        var body = "{\"type\":\"about:blank\",\"title\":\"" + title + "\",\"status\":" + status + ",\"detail\":\""
                + detail + "\"}";
        response.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
    }

    static void unavailable(HttpServletResponse response, String detail) throws IOException {
        response.setHeader("Retry-After", "2");
        problem(response, 503, "Service Unavailable", detail);
    }

    /** Lets a page of an allowed origin read the answer. */
    static void allowOrigin(HttpServletRequest request, HttpServletResponse response) {
        var origin = request.getHeader("Origin");
        if (origin != null) {
            response.setHeader("Access-Control-Allow-Origin", origin);
            response.setHeader("Access-Control-Allow-Credentials", "true");
            response.setHeader("Vary", "Origin");
        }
    }
}
