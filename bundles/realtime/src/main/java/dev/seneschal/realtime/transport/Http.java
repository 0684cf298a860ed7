package dev.seneschal.realtime.transport;

import dev.seneschal.api.access.AuthenticationException;
import dev.seneschal.api.storage.StorageUnavailableException;
import dev.seneschal.realtime.connection.Authenticator.TenantRefusedException;
import dev.seneschal.realtime.connection.Credentials;
import dev.seneschal.realtime.hub.LogAwayException;
import dev.seneschal.realtime.hub.TooManyChannelsException;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the HTTP endpoints share. */
final class Http {

    private static final Logger LOG = LoggerFactory.getLogger(Http.class);

    private static final Duration RETRY = Duration.ofSeconds(2);

    private Http() {}

    static Credentials credentials(HttpServletRequest request) {
        return new Credentials(
                request.getHeader("Authorization"), request.getHeader("Seneschal-Tenant"), request.getRemoteAddr());
    }

    /** Begins an exchange that ends when we say so. */
    static AsyncContext async(HttpServletRequest request) {
        var async = request.startAsync();
        async.setTimeout(0);
        return async;
    }

    /** Says that the response goes on. */
    static void stream(HttpServletResponse response, Framing framing) {
        response.setContentType(framing.contentType());
        response.setHeader("Cache-Control", "private, no-cache, no-store, must-revalidate, max-age=0");
        response.setHeader("X-Accel-Buffering", "no");
    }

    /** Answers with a problem (RFC 9457), and ends an exchange that is asynchronous. */
    static void end(AsyncContext async, Throwable failure) {
        try {
            answer((HttpServletResponse) async.getResponse(), failure);
        } finally {
            complete(async);
        }
    }

    static void complete(AsyncContext async) {
        try {
            async.complete();
        } catch (IllegalStateException e) {
            LOG.debug("The response is complete already: {}", e.getMessage());
        }
    }

    /** Answers with the problem that the failure is; an unexpected one goes into the log and the caller gets its number. */
    static void answer(HttpServletResponse response, Throwable failure) {
        try {
            if (failure instanceof CompletionException && failure.getCause() != null) {
                answer(response, failure.getCause());
            } else if (failure instanceof Refusal refusal) {
                problem(response, refusal.status(), refusal.title(), refusal.getMessage());
            } else if (failure instanceof AuthenticationException refused) {
                unauthenticated(response, refused);
            } else if (failure instanceof TenantRefusedException) {
                problem(response, 403, "Forbidden", "There is no such tenant for this caller.");
            } else if (failure instanceof StorageUnavailableException) {
                unavailable(response, "Callers cannot be authenticated at present; try again shortly.");
            } else if (failure instanceof LogAwayException || failure instanceof TooManyChannelsException) {
                unavailable(response, "The channels cannot be reached at present; try again shortly.");
            } else {
                var correlation = UUID.randomUUID();
                LOG.error("A request failed: correlationId={}", correlation, failure);
                problem(
                        response,
                        500,
                        "Internal Server Error",
                        "The host failed; its log has more under " + correlation + ".");
            }
        } catch (IOException | IllegalStateException e) {
            LOG.debug("An answer could not be written", e);
        }
    }

    private static void unauthenticated(HttpServletResponse response, AuthenticationException refused)
            throws IOException {
        var wait = refused.retryAfter();
        if (wait == null) {
            response.setHeader("WWW-Authenticate", "Basic realm=\"Seneschal\", Bearer");
            problem(response, 401, "Unauthorized", "This needs a local account or an API key.");
        } else {
            response.setHeader("Retry-After", seconds(wait));
            problem(response, 429, "Too Many Requests", "Logins are refused for a while after repeated failures.");
        }
    }

    private static void problem(HttpServletResponse response, int status, String title, String detail)
            throws IOException {
        if (response.isCommitted()) {
            return;
        }
        response.setStatus(status);
        response.setContentType("application/problem+json");
        response.setHeader("Cache-Control", "no-store");
        var body = "{\"type\":\"about:blank\",\"title\":\"" + title + "\",\"status\":" + status + ",\"detail\":\""
                + detail + "\"}";
        response.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
    }

    static void unavailable(HttpServletResponse response, String detail) throws IOException {
        response.setHeader("Retry-After", seconds(RETRY));
        problem(response, 503, "Service Unavailable", detail);
    }

    private static String seconds(Duration wait) {
        return Long.toString(wait.plusMillis(999).toSeconds());
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
