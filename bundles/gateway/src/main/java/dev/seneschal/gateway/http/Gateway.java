package dev.seneschal.gateway.http;

import dev.seneschal.api.access.Access;
import dev.seneschal.api.http.Problem;
import dev.seneschal.api.http.Request;
import dev.seneschal.api.http.Response;
import dev.seneschal.api.tenant.Tenants;
import dev.seneschal.gateway.route.Match;
import dev.seneschal.gateway.route.Operation;
import dev.seneschal.gateway.route.RestApis;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The way of a request: route, caller, tenant, body, handler. Every step may end it with a problem; nothing but an answer
 * comes out. Safe for use by any thread.
 */
final class Gateway implements AutoCloseable {

    private final RestApis apis;
    private final Callers callers;
    private final BodyReader bodies;
    private final Workers workers;
    private final HttpMeters meters;
    private final Problems problems = new Problems();

    Gateway(RestApis apis, Supplier<Access> access, Supplier<Tenants> tenants, Limits limits, HttpMeters meters) {
        this.apis = apis;
        this.callers = new Callers(access, tenants);
        this.bodies = new BodyReader(limits.maxBodyBytes(), limits.bodyPatience());
        this.workers = new Workers(limits.workers(), limits.handlerPatience());
        this.meters = meters;
    }

    Response answer(Incoming incoming) {
        long begun = System.nanoTime();
        var method = incoming.method().equals("HEAD") ? "GET" : incoming.method();
        var route = "none";
        Response response;
        try {
            var path = Uri.segments(incoming.path());
            var match = apis.find(method, path);
            if (match instanceof Match.Found found) {
                route = found.operation().route().path();
                response = serve(found, incoming, path);
            } else {
                response = refuse(match, method);
            }
        } catch (Exception e) {
            response = problems.of(e, incoming.path());
        }
        meters.record(method, route, response.status(), Duration.ofNanos(System.nanoTime() - begun));
        return response;
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

    private Response serve(Match.Found found, Incoming incoming, List<String> path) throws Exception {
        var operation = found.operation();
        CrossSite.check(incoming.method(), incoming.headers());
        var caller = callers.authenticate(operation.route(), incoming);
        var tenant = callers.tenant(caller, incoming);
        var query = Uri.parameters(incoming.query());
        checkAccept(operation, incoming);
        checkContentType(operation, incoming);
        var request = new Request(
                operation.route().method(),
                "/" + String.join("/", path),
                found.variables(),
                query,
                incoming.headers(),
                bodies.read(incoming),
                caller,
                tenant);
        return workers.run(() -> operation.route().handler().handle(request));
    }

    private static void checkAccept(Operation operation, Incoming incoming) {
        var accept = incoming.headers().get("accept");
        if (accept != null && !operation.satisfies(accept)) {
            throw new Problem(406, "The answer is one of " + operation.produces() + ".");
        }
    }

    private static void checkContentType(Operation operation, Incoming incoming) {
        boolean hasBody = incoming.length() > 0 || incoming.headers().containsKey("transfer-encoding");
        if (!hasBody || operation.consumes().isEmpty()) {
            return;
        }
        var type = incoming.headers()
                .getOrDefault("content-type", "")
                .split(";", 2)[0]
                .strip();
        if (!operation.takes(type)) {
            throw new Problem(415, "The body must be one of " + operation.consumes() + ".");
        }
    }

    @Override
    public void close() {
        workers.close();
    }

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
