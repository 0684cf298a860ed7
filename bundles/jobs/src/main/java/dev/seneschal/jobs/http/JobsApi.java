package dev.seneschal.jobs.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.seneschal.api.access.Permissions;
import dev.seneschal.api.http.Problem;
import dev.seneschal.api.http.Request;
import dev.seneschal.api.http.Response;
import dev.seneschal.api.http.RestApi;
import dev.seneschal.api.http.Route;
import dev.seneschal.api.job.JobQueue;
import dev.seneschal.api.job.JobSummary;
import dev.seneschal.api.job.JobSummary.State;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.jobs.queue.JobRegister;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The tenant's jobs over REST. */
@Component(service = RestApi.class)
public final class JobsApi implements RestApi {

    private static final String PATH = "/api/v1/jobs";
    private static final int USUAL = 100;
    private static final int MOST = 500;

    private final Storage storage;
    private final JobQueue queue;
    private final JobRegister register = new JobRegister();
    private final ObjectMapper mapper = new ObjectMapper();

    @Activate
    public JobsApi(@Reference(target = "(schema=jobs)") Storage storage, @Reference JobQueue queue) {
        this.storage = storage;
        this.queue = queue;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                new Route("GET", PATH, Permissions.JOBS_READ, this::list),
                new Route("GET", PATH + "/{id}", Permissions.JOBS_READ, this::read),
                new Route("POST", PATH + "/{id}/cancel", Permissions.JOBS_MANAGE, this::cancel),
                new Route("POST", PATH + "/{id}/retry", Permissions.JOBS_MANAGE, this::retry));
    }

    @Override
    public String openApi() {
        try (var in = JobsApi.class.getResourceAsStream("/openapi/jobs.json")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("The bundle's own description cannot be read", e);
        }
    }

    private Response list(Request request) {
        var limit = limit(request);
        var type = type(request);
        var state = request.parameter("state").map(JobsApi::state).orElse(null);
        var before = request.parameter("cursor")
                .map(text -> id(text).orElseThrow(
                                () -> Problem.invalid("cursor", "The cursor must be taken from a Link header.")))
                .orElse(null);
        var found = register.list(storage.tenant(request.tenant()), type, state, before, limit + 1);
        var page = found.subList(0, Math.min(limit, found.size()));
        var body = mapper.createObjectNode();
        var jobs = body.putArray("jobs");
        page.forEach(job -> jobs.add(json(job)));
        var response = Response.json(200, body.toString());
        return found.size() > limit
                ? response.with("Link", next(page.get(limit - 1).id(), type, state, limit))
                : response;
    }

    private static String type(Request request) {
        var type = request.parameter("type").orElse(null);
        if (type != null && type.chars().anyMatch(Character::isISOControl)) {
            throw Problem.invalid("type", "The type must not hold control characters.");
        }
        return type;
    }

    private static int limit(Request request) {
        var text = request.parameter("limit").orElse(String.valueOf(USUAL));
        if (!text.matches("[0-9]{1,4}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > MOST) {
            throw Problem.invalid("limit", "The limit must be 1 to " + MOST + ".");
        }
        return Integer.parseInt(text);
    }

    private static State state(String text) {
        return Arrays.stream(State.values())
                .filter(state -> name(state).equals(text))
                .findFirst()
                .orElseThrow(() -> Problem.invalid(
                        "state",
                        "The state must be one of "
                                + Arrays.stream(State.values())
                                        .map(JobsApi::name)
                                        .collect(Collectors.joining(", "))
                                + "."));
    }

    private static String name(State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    private static String next(UUID last, String type, State state, int limit) {
        var link = new StringBuilder("<" + PATH + "?cursor=" + last + "&limit=" + limit);
        if (type != null) {
            link.append("&type=").append(URLEncoder.encode(type, StandardCharsets.UTF_8));
        }
        if (state != null) {
            link.append("&state=").append(name(state));
        }
        return link + ">; rel=\"next\"";
    }

    private Response read(Request request) {
        return Response.json(200, json(find(request)).toString());
    }

    private JobSummary find(Request request) {
        return id(request.variables().get("id"))
                .flatMap(id -> register.find(storage.tenant(request.tenant()), id))
                .orElseThrow(() -> new Problem(404, "There is no such job."));
    }

    private Response cancel(Request request) {
        var job = find(request);
        if (!cancel(job, request.caller().name())) {
            throw new Problem(409, "Only a job that waits can be cancelled; this one is " + name(job.state()) + ".");
        }
        return read(request);
    }

    private boolean cancel(JobSummary job, String actor) {
        try {
            return queue.cancel(job.id(), actor);
        } catch (IllegalStateException e) {
            throw new Problem(409, e.getMessage());
        }
    }

    private Response retry(Request request) {
        var job = find(request);
        if (!queue.retry(job.id(), request.caller().name())) {
            throw new Problem(409, "Only a failed job can be tried again; this one is " + name(job.state()) + ".");
        }
        return read(request);
    }

    private static Optional<UUID> id(String text) {
        try {
            return Optional.of(UUID.fromString(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private ObjectNode json(JobSummary job) {
        return mapper.createObjectNode()
                .put("id", job.id().toString())
                .put("type", job.type())
                .put("state", name(job.state()))
                .put("priority", job.priority())
                .put("attempt", job.attempt())
                .put("dueAt", job.dueAt().toString())
                .put("detail", job.detail());
    }
}
