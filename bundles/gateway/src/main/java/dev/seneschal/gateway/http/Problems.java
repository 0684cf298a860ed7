package dev.seneschal.gateway.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.seneschal.api.access.AuthenticationException;
import dev.seneschal.api.event.LogBusyException;
import dev.seneschal.api.http.Problem;
import dev.seneschal.api.http.Response;
import dev.seneschal.api.storage.StorageUnavailableException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes {@code application/problem+json} (RFC 9457) of whatever went wrong. What a stranger may not know stays in the log,
 * under an identifier the answer carries. Safe for use by any thread.
 */
final class Problems {

    static final String RETRY_AFTER = "Retry-After";

    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
    private static final String CHALLENGE = "Basic realm=\"Seneschal\", charset=\"UTF-8\", Bearer realm=\"Seneschal\"";
    private static final Map<Integer, String> TITLES = Map.ofEntries(
            Map.entry(400, "Bad Request"),
            Map.entry(401, "Unauthorized"),
            Map.entry(403, "Forbidden"),
            Map.entry(404, "Not Found"),
            Map.entry(405, "Method Not Allowed"),
            Map.entry(406, "Not Acceptable"),
            Map.entry(408, "Request Timeout"),
            Map.entry(409, "Conflict"),
            Map.entry(412, "Precondition Failed"),
            Map.entry(413, "Content Too Large"),
            Map.entry(415, "Unsupported Media Type"),
            Map.entry(422, "Unprocessable Content"),
            Map.entry(428, "Precondition Required"),
            Map.entry(429, "Too Many Requests"),
            Map.entry(500, "Internal Server Error"),
            Map.entry(503, "Service Unavailable"));

    private final ObjectMapper mapper = JsonMapper.builder().build();

    Response of(Throwable failure, String path) {
        if (failure instanceof Problem problem) {
            return json(problem, path, null);
        }
        if (failure instanceof AuthenticationException refused) {
            return json(unauthenticated(refused), path, null);
        }
        if (failure instanceof StorageUnavailableException) {
            var detail = "The database cannot be reached at the moment; nothing is lost, try again.";
            return json(later(detail, StorageUnavailableException.RETRY_AFTER), path, null);
        }
        if (failure instanceof LogBusyException) {
            return json(later("More events wait than the log can take; try again.", Duration.ofSeconds(1)), path, null);
        }
        if (failure instanceof RejectedExecutionException) {
            return json(
                    later("This part of the host is being replaced; try again.", Duration.ofSeconds(1)), path, null);
        }
        if (isRefusedValue(failure)) {
            LOG.warn(
                    "A value got as far as the database, which refused it; it should have been refused before",
                    failure);
            return json(new Problem(400, "A value is out of range, or holds what cannot be kept."), path, null);
        }
        var correlation = UUID.randomUUID().toString();
        LOG.error("A request failed: correlationId={}", correlation, failure);
        return json(new Problem(500, "The host failed; its log has more under the correlation id."), path, correlation);
    }

    /** Whether the database called it a data exception (SQLSTATE class 22), which is the sender's fault, not the host's. */
    private static boolean isRefusedValue(Throwable failure) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return sql.getSQLState().startsWith("22");
            }
        }
        return false;
    }

    /** Makes a 503 that says when to come again. */
    static Problem later(String detail, Duration wait) {
        return new Problem(503, detail, List.of(), Map.of(RETRY_AFTER, Long.toString(Math.max(1, wait.toSeconds()))));
    }

    private static Problem unauthenticated(AuthenticationException refused) {
        var wait = refused.retryAfter();
        if (wait == null) {
            return new Problem(401, refused.getMessage(), List.of(), Map.of("WWW-Authenticate", CHALLENGE));
        }
        var seconds = Long.toString(wait.plusMillis(999).toSeconds());
        return new Problem(429, refused.getMessage(), List.of(), Map.of(RETRY_AFTER, seconds));
    }

    private Response json(Problem problem, String path, String correlation) {
        var json = mapper.createObjectNode()
                .put("type", "about:blank")
                .put("title", TITLES.getOrDefault(problem.status(), "Problem"))
                .put("status", problem.status())
                .put("detail", problem.getMessage())
                .put("instance", path);
        if (correlation != null) {
            json.put("correlationId", correlation);
        }
        if (!problem.violations().isEmpty()) {
            var errors = json.putArray("errors");
            problem.violations().forEach(violation -> errors.addObject()
                    .put("pointer", violation.pointer())
                    .put("detail", violation.detail()));
        }
        var body = json.toString().getBytes(StandardCharsets.UTF_8);
        return new Response(problem.status(), "application/problem+json", body, problem.headers());
    }
}
