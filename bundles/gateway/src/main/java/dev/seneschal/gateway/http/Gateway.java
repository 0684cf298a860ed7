package dev.seneschal.gateway.http;

import dev.seneschal.api.access.Caller;
import dev.seneschal.api.http.Problem;
import dev.seneschal.api.http.Request;
import dev.seneschal.api.http.Response;
import dev.seneschal.api.http.Route;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.gateway.route.Immediate;
import dev.seneschal.gateway.route.Match;
import dev.seneschal.gateway.route.Operation;
import dev.seneschal.gateway.route.RestApis;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of a request: route, caller, tenant, body, handler. Every step may end it with a problem; nothing but an answer
 * comes out. The server's thread waits for none of them: whoever asks is found out on threads for that, bodies are read as
 * they arrive, handlers have their own threads and open routes, such as readiness, a few apart from these. Safe for use by
 * any thread.
 */
final class Gateway implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

    /** Callers hear within two seconds that the database is away; this leaves room for the rest of the way. */
    private static final Duration IDENTITY_PATIENCE = Duration.ofMillis(1_500);

    private static final int OPEN_WORKERS = 4;
    private static final byte[] NO_BODY = {};
    private static final Identity STRANGER = new Identity(null, TenantId.DEFAULT);

    private final RestApis apis;
    private final Callers callers;
    private final Limits limits;
    private final HttpMeters meters;
    private final Problems problems = new Problems();
    private final ScheduledThreadPoolExecutor clock;
    private final BodyReader bodies;
    private final Workers identities;
    private final Workers handlers;
    private final Workers open;

    Gateway(RestApis apis, Callers callers, Limits limits, HttpMeters meters) {
        this.apis = apis;
        this.callers = callers;
        this.limits = limits;
        this.meters = meters;
        this.clock = new ScheduledThreadPoolExecutor(1, task -> {
            var thread = new Thread(task, "seneschal-http-clock");
            thread.setDaemon(true);
            thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
            return thread;
        });
        clock.setRemoveOnCancelPolicy(true);
        this.bodies = new BodyReader(limits.maxBodyBytes(), limits.bodyPatience(), clock);
        this.identities = new Workers("seneschal-http-access", limits.workers(), clock);
        this.handlers = new Workers("seneschal-http", limits.workers(), clock);
        this.open = new Workers("seneschal-http-open", OPEN_WORKERS, clock);
    }

    /** Returns the answer to come; it never fails. */
    CompletableFuture<Response> answer(Incoming incoming) {
        long begun = System.nanoTime();
        var method = incoming.method().equals("HEAD") ? "GET" : incoming.method();
        var route = "none";
        CompletableFuture<Response> response;
        try {
            var path = Uri.segments(incoming.path());
            var match = apis.find(method, path);
            if (match instanceof Match.Found found) {
                route = found.operation().route().path();
                response = serve(found, incoming, path);
            } else {
                response = CompletableFuture.completedFuture(refuse(match, method));
            }
        } catch (Throwable e) { // an Error too: the server would answer it with a page of its own
            response = CompletableFuture.failedFuture(e);
        }
        var template = route;
        return response.exceptionally(failure -> problems.of(cause(failure), incoming.path()))
                .thenApply(answer -> {
                    meters.record(method, template, answer.status(), Duration.ofNanos(System.nanoTime() - begun));
                    return answer;
                });
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private static Response refuse(Match match, String method) {
        if (!(match instanceof Match.OtherMethod other)) {
            throw new Problem(404, "There is nothing at this path.");
        }
        var allow = String.join(", ", other.allowed());
        if (method.equals("OPTIONS")) {
            return Response.empty(204).with("Allow", allow);
        }
        throw new Problem(405, "This path has " + allow + " only.", List.of(), Map.of("Allow", allow));
    }

    private CompletableFuture<Response> serve(Match.Found found, Incoming incoming, List<String> path)
            throws Exception {
        var operation = found.operation();
        var route = operation.route();
        CrossSite.check(incoming.method(), incoming.headers());
        var query = Uri.parameters(incoming.query());
        if (route.handler() instanceof Immediate immediate) {
            return CompletableFuture.completedFuture(
                    immediate.handle(request(found, incoming, path, query, NO_BODY, STRANGER)));
        }
        return identify(route, incoming).thenCompose(identity -> {
            checkAccept(operation, incoming);
            checkContentType(operation, incoming);
            return body(operation, incoming)
                    .thenCompose(body -> handle(route, request(found, incoming, path, query, body, identity)));
        });
    }

    private static Request request(
            Match.Found found,
            Incoming incoming,
            List<String> path,
            Map<String, List<String>> query,
            byte[] body,
            Identity identity) {
        return new Request(
                found.operation().route().method(),
                "/" + String.join("/", path),
                found.variables(),
                query,
                incoming.headers(),
                body,
                identity.caller(),
                identity.tenant());
    }

    /** On an open route, bad credentials are as good as none: health must be told whatever is broken. */
    private CompletableFuture<Identity> identify(Route route, Incoming incoming) {
        boolean isOpen = route.permission() == null;
        if (isOpen && !incoming.headers().containsKey("authorization")) {
            return CompletableFuture.completedFuture(STRANGER);
        }
        var identity = identities.run(
                () -> {
                    var caller = callers.authenticate(route, incoming);
                    return new Identity(caller, callers.tenant(caller, incoming));
                },
                IDENTITY_PATIENCE);
        return isOpen
                ? identity.exceptionally(failure -> {
                    LOG.debug("A caller of an open route is taken for a stranger", failure);
                    return STRANGER;
                })
                : identity;
    }

    private CompletableFuture<byte[]> body(Operation operation, Incoming incoming) {
        if (operation.consumes().isEmpty()) {
            return CompletableFuture.completedFuture(NO_BODY);
        }
        return bodies.read(incoming).thenApply(body -> {
            JsonBytes.check(incoming.mediaType(), body);
            return body;
        });
    }

    private CompletableFuture<Response> handle(Route route, Request request) {
        var workers = route.permission() == null ? open : handlers;
        return workers.run(() -> route.handler().handle(request), limits.handlerPatience());
    }

    private static void checkAccept(Operation operation, Incoming incoming) {
        var accept = incoming.headers().get("accept");
        if (accept != null && !operation.satisfies(accept)) {
            throw new Problem(406, "The answer is one of " + operation.produces() + ".");
        }
    }

    private static void checkContentType(Operation operation, Incoming incoming) {
        boolean hasBody = incoming.length() > 0 || incoming.headers().containsKey("transfer-encoding");
        if (hasBody && !operation.consumes().isEmpty() && !operation.takes(incoming.mediaType())) {
            throw new Problem(415, "The body must be one of " + operation.consumes() + ".");
        }
    }

    @Override
    public void close() {
        identities.close();
        handlers.close();
        open.close();
        clock.shutdownNow();
    }

    /** Who asks, null for a stranger, and for which tenant. */
    private record Identity(Caller caller, TenantId tenant) {}

    /**
     * Bounds.
     *
     * @param maxBodyBytes the largest body
     * @param bodyPatience how long a body may take to arrive
     * @param handlerPatience how long a handler may take
     * @param workers how many handlers run at once
     */
    record Limits(int maxBodyBytes, Duration bodyPatience, Duration handlerPatience, int workers) {}
}
