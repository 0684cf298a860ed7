package dev.seneschal.retention.rest;

import dev.seneschal.api.access.Permissions;
import dev.seneschal.api.http.Problem;
import dev.seneschal.api.http.Request;
import dev.seneschal.api.http.Response;
import dev.seneschal.api.http.RestApi;
import dev.seneschal.api.http.Route;
import dev.seneschal.retention.plan.Previews;
import dev.seneschal.retention.policy.Policies;
import dev.seneschal.retention.policy.Policy;
import dev.seneschal.retention.run.Runs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Policies, previews and runs over HTTP. Safe for use by any thread. */
@Component
public final class RetentionApi implements RestApi {

    private static final String POLICIES = "/api/v1/retention/policies";
    private static final String PREVIEWS = "/api/v1/retention/previews";
    private static final String RUNS = "/api/v1/retention/runs";
    private static final Pattern TAG = Pattern.compile("\"v([0-9]{1,9})\"");
    private static final int MOST = 200;

    private final Policies policies;
    private final Previews previews;
    private final Runs runs;
    private final Answers answers = new Answers();
    private final List<Route> routes = List.of(
            new Route("GET", POLICIES, Permissions.RETENTION_READ, this::listPolicies),
            new Route("POST", POLICIES, Permissions.RETENTION_MANAGE, this::createPolicy),
            new Route("GET", POLICIES + "/{id}", Permissions.RETENTION_READ, this::getPolicy),
            new Route("PUT", POLICIES + "/{id}", Permissions.RETENTION_MANAGE, this::changePolicy),
            new Route("DELETE", POLICIES + "/{id}", Permissions.RETENTION_MANAGE, this::deletePolicy),
            new Route("POST", PREVIEWS, Permissions.RETENTION_READ, this::preview),
            new Route("GET", RUNS, Permissions.RETENTION_READ, this::listRuns),
            new Route("POST", RUNS, Permissions.RETENTION_APPROVE, this::startRun),
            new Route("GET", RUNS + "/{id}", Permissions.RETENTION_READ, this::getRun));

    @Activate
    public RetentionApi(@Reference Policies policies, @Reference Previews previews, @Reference Runs runs) {
        this.policies = policies;
        this.previews = previews;
        this.runs = runs;
    }

    @Override
    public List<Route> routes() {
        return routes;
    }

    @Override
    public String openApi() {
        try (InputStream in = RetentionApi.class.getResourceAsStream("/openapi/retention.json")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("The bundle's own description cannot be read", e);
        }
    }

    private Response listPolicies(Request request) throws IOException {
        var items =
                policies.list(request.tenant()).stream().map(Answers::policy).toList();
        return answers.json(200, Map.of("items", items));
    }

    private Response createPolicy(Request request) throws IOException {
        var made = policies.create(
                request.tenant(), rule(request), request.caller().name());
        return answers.json(201, Answers.checked(made))
                .with("Location", POLICIES + "/" + made.policy().id())
                .with("ETag", Answers.tag(made.policy()));
    }

    private Response getPolicy(Request request) throws IOException {
        var found = policies.get(request.tenant(), id(request));
        return answers.json(200, Answers.checked(found)).with("ETag", Answers.tag(found.policy()));
    }

    private Response changePolicy(Request request) throws IOException {
        var changed = policies.update(
                request.tenant(),
                id(request),
                seen(request),
                rule(request),
                request.caller().name());
        return answers.json(200, Answers.checked(changed)).with("ETag", Answers.tag(changed.policy()));
    }

    private Response deletePolicy(Request request) {
        policies.delete(
                request.tenant(), id(request), seen(request), request.caller().name());
        return Response.empty(204);
    }

    private Response preview(Request request) throws IOException {
        var body = Body.parse(request.body());
        var policy = body.id("policyId");
        body.end();
        var preview = previews.create(request.tenant(), policy, request.caller().name());
        return answers.json(201, answers.preview(preview));
    }

    private Response startRun(Request request) throws IOException {
        var body = Body.parse(request.body());
        var preview = body.id("previewId");
        var hash = body.text("planHash", null);
        body.end();
        var run = runs.start(request.tenant(), preview, hash, request.caller().name());
        return answers.json(202, Answers.run(run)).with("Location", RUNS + "/" + run.id());
    }

    private Response getRun(Request request) throws IOException {
        return answers.json(200, Answers.run(runs.get(request.tenant(), id(request))));
    }

    private Response listRuns(Request request) throws IOException {
        var limit = request.parameter("limit").orElse("50");
        if (!limit.matches("[0-9]{1,3}") || Integer.parseInt(limit) < 1 || Integer.parseInt(limit) > MOST) {
            throw Problem.invalid("limit", "limit must be 1 to " + MOST + ".");
        }
        var before =
                request.parameter("cursor").map(text -> uuid("cursor", text)).orElse(null);
        var page = runs.list(request.tenant(), before, Integer.parseInt(limit));
        var response = answers.json(
                200, Map.of("items", page.stream().map(Answers::run).toList()));
        if (page.size() < Integer.parseInt(limit)) {
            return response;
        }
        var last = page.get(page.size() - 1).id();
        return response.with("Link", "<" + RUNS + "?cursor=" + last + "&limit=" + limit + ">; rel=\"next\"");
    }

    private static UUID id(Request request) {
        return uuid("id", request.variables().get("id"));
    }

    private static UUID uuid(String name, String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw Problem.invalid(name, name + " must be an identifier (a UUID).");
        }
    }

    private static int seen(Request request) {
        var tag = request.header("If-Match")
                .orElseThrow(() -> new Problem(428, "Say with If-Match which version you change: the ETag you read."));
        var matcher = TAG.matcher(tag);
        if (!matcher.matches()) {
            throw new Problem(412, "If-Match must be the ETag you read, such as \"v3\".");
        }
        return Integer.parseInt(matcher.group(1));
    }

    private static Policy.Rule rule(Request request) {
        var body = Body.parse(request.body());
        var period = body.integer("retentionPeriodDays");
        if (period == null) {
            throw Problem.invalid(
                    "/retentionPeriodDays", "Say for how many days nothing may be destroyed; 0 for none.");
        }
        var rule = new Policy.Rule(
                body.text("tableName", null),
                body.text("timeColumn", null),
                body.text("timeZone", "UTC"),
                period,
                body.integer("archiveAfterDays"),
                body.integer("deleteAfterDays"),
                body.object("complianceFlags"),
                body.flag("isActive", false));
        body.end();
        return rule;
    }
}
