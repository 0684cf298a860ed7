package dev.seneschal.gateway.event;

import dev.seneschal.api.access.Caller;
import dev.seneschal.api.access.Permissions;
import dev.seneschal.api.event.CloudEvent;
import dev.seneschal.api.event.EventLog;
import dev.seneschal.api.event.InvalidEventException;
import dev.seneschal.api.event.Position;
import dev.seneschal.api.http.Page;
import dev.seneschal.api.http.Problem;
import dev.seneschal.api.http.Request;
import dev.seneschal.api.http.Response;
import dev.seneschal.api.http.RestApi;
import dev.seneschal.api.http.Route;
import dev.seneschal.api.service.Best;
import dev.seneschal.gateway.Resources;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/** The event log over REST. It answers 503 while the log is away. */
@Component(service = RestApi.class)
public final class EventApi implements RestApi {

    /** Callers hear within two seconds that the database is away; this leaves room for the rest of the way. */
    private static final Duration PATIENCE = Duration.ofMillis(1_800);

    private static final Duration RETRY = Duration.ofSeconds(2);
    private static final int MOST = 1_000;
    private static final int USUAL = 100;
    private static final int LONGEST_CHANNEL = 255;

    private final JsonText text = new JsonText();
    private final StructuredMode structured = new StructuredMode(text);
    private final BinaryMode binary = new BinaryMode(text);
    private final EventJson json = new EventJson(text.mapper());

    private volatile EventLog log;
    private Best<EventLog> followed;

    /** Serves no log yet. */
    @Activate
    public EventApi() {
        // The log comes and goes.
    }

    /** Serves this log. */
    public EventApi(EventLog log) {
        this.log = log;
    }

    /** Follows whatever log there is. */
    @Activate
    void start(BundleContext context) {
        followed = Best.follow(context, EventLog.class, null, service -> log = service);
    }

    /** Lets the log go. */
    @Deactivate
    void stop() {
        followed.close();
    }

    @Override
    public List<Route> routes() {
        return List.of(
                new Route("POST", "/api/v1/events", Permissions.EVENTS_PUBLISH, this::publish),
                new Route("GET", "/api/v1/events", Permissions.EVENTS_READ, this::eventsOfNamed),
                new Route("GET", "/api/v1/channels", Permissions.EVENTS_READ, this::channels),
                new Route("GET", "/api/v1/channels/{channel}/events", Permissions.EVENTS_READ, this::eventsOfSegment),
                new Route("GET", "/api/v1/consumers", Permissions.EVENTS_READ, this::consumers));
    }

    @Override
    public String openApi() {
        return Resources.read("openapi/events.json");
    }

    private EventLog log() {
        var present = log;
        if (present == null) {
            throw unavailable("The event log is away at the moment; try again.");
        }
        return present;
    }

    private Response publish(Request request) throws Exception {
        var type = request.header("content-type")
                .orElse("")
                .split(";", 2)[0]
                .strip()
                .toLowerCase(Locale.ROOT);
        return switch (type) {
            case StructuredMode.SINGLE ->
                append(request, List.of(structured.single(request.body())), (index, name) -> "/" + name);
            case StructuredMode.BATCH ->
                append(request, structured.batch(request.body()), (index, name) -> "/" + index + "/" + name);
            default -> {
                if (!BinaryMode.isUsed(request) || type.startsWith("application/cloudevents")) {
                    throw new Problem(
                            415,
                            "An event is " + StructuredMode.SINGLE + " or " + StructuredMode.BATCH
                                    + ", or data of any type with headers ce-specversion, ce-id, ce-source and ce-type.");
                }
                yield append(request, List.of(binary.event(request)), (index, name) -> BinaryMode.PREFIX + name);
            }
        };
    }

    private Response append(Request request, List<CloudEvent> events, Pointer pointer) throws Exception {
        if (events.isEmpty()) {
            return places(List.of());
        }
        try {
            return places(log().append(request.tenant(), stamped(events, request.caller()))
                    .toCompletableFuture()
                    .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            throw unavailable("The log has not confirmed in time; send the same events again, with the same ids: those"
                    + " that were stored are recognised.");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? translated(cause, pointer) : e;
        } catch (InvalidEventException e) {
            throw translated(e, pointer);
        }
    }

    /** Events say by whose session they were published, if by one: {@code realtime_events.admin_id} comes from there. */
    private static List<CloudEvent> stamped(List<CloudEvent> events, Caller caller) {
        if (caller.sessionId() == null) {
            return events;
        }
        return events.stream()
                .map(event -> {
                    var extensions = new HashMap<>(event.extensions());
                    extensions.put(Attributes.ADMIN_SESSION, caller.sessionId().toString());
                    return new CloudEvent(
                            event.id(),
                            event.source(),
                            event.type(),
                            event.subject(),
                            event.time(),
                            event.dataSchema(),
                            event.dataContentType(),
                            event.data(),
                            event.binary(),
                            extensions);
                })
                .toList();
    }

    private static Exception translated(Exception failure, Pointer pointer) {
        if (failure instanceof InvalidEventException invalid) {
            return Problem.invalid(pointer.of(invalid.index(), invalid.attribute()), invalid.getMessage());
        }
        return failure;
    }

    private Response places(List<Position> positions) {
        var body = json.object();
        var list = body.putArray("positions");
        positions.forEach(position -> json.write(position, list.addObject()));
        return Response.json(201, body.toString());
    }

    private Response channels(Request request) {
        var page = Page.of(log().channels(request.tenant()), head -> head.channel(), request);
        var body = json.object();
        var list = body.putArray("channels");
        page.elements().forEach(head -> list.addObject()
                .put("channel", head.channel())
                .put("epoch", head.epoch())
                .put("offset", head.offset())
                .put("first", head.first()));
        return page.link(Response.json(200, body.toString()));
    }

    private Response eventsOfSegment(Request request) {
        var channel = request.variables().get("channel");
        return events(request, channel, "/api/v1/channels/" + encoded(channel) + "/events?");
    }

    /** A name with a slash cannot be a segment of a path: servers and proxies take an encoded slash for an attack. */
    private Response eventsOfNamed(Request request) {
        var channel = request.parameter("channel").orElse("");
        return events(request, channel, "/api/v1/events?channel=" + encoded(channel) + "&");
    }

    private static String encoded(String channel) {
        return URLEncoder.encode(channel, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private Response events(Request request, String channel, String address) {
        if (channel.isEmpty()
                || channel.length() > LONGEST_CHANNEL
                || channel.chars().anyMatch(Character::isISOControl)) {
            throw Problem.invalid(
                    "channel", "A channel's name has 1 to 255 characters, none of them a control character.");
        }
        long after = number(request, "after", 0, 0, Long.MAX_VALUE);
        int limit = (int) number(request, "limit", USUAL, 1, MOST);
        var head = log().head(request.tenant(), channel);
        var events = log().read(request.tenant(), channel, after, limit);
        var body = json.object()
                .put("channel", channel)
                .put("epoch", head.epoch())
                .put("offset", head.offset())
                .put("first", head.first());
        var list = body.putArray("events");
        for (var event : events) {
            json.write(event, list.addObject());
        }
        var response = Response.json(200, body.toString());
        if (events.size() < limit) {
            return response;
        }
        var next = events.get(events.size() - 1).offset();
        return response.with("Link", "<" + address + "after=" + next + "&limit=" + limit + ">; rel=\"next\"");
    }

    private static long number(Request request, String name, long usual, long least, long most) {
        var text = request.parameter(name).orElse(Long.toString(usual));
        var number = text.matches("[0-9]{1,18}") ? Long.parseLong(text) : -1;
        if (number < least || number > most) {
            throw Problem.invalid(name, "It must be a number of " + least + " to " + most + ".");
        }
        return number;
    }

    /** The consumers are the host's and work for every tenant, so only who may act for every tenant sees them. */
    private Response consumers(Request request) {
        if (request.caller().tenants() != null) {
            throw new Problem(403, "Only who may act for every tenant sees the consumers.");
        }
        var page = Page.of(log().consumers(), state -> state.name(), request);
        var body = json.object();
        var list = body.putArray("consumers");
        page.elements().forEach(state -> list.addObject()
                .put("name", state.name())
                .put("attached", state.attached())
                .put("lag", state.lag())
                .put("ageSeconds", state.age().toMillis() / 1000.0)
                .put("deadLetters", state.deadLetters())
                .put("lastError", state.lastError()));
        return page.link(Response.json(200, body.toString()));
    }

    private static Problem unavailable(String detail) {
        return new Problem(503, detail, List.of(), Map.of("Retry-After", Long.toString(RETRY.toSeconds())));
    }

    /** How the sender wrote an attribute of the event at an index. */
    @FunctionalInterface
    private interface Pointer {
        String of(int index, String attribute);
    }
}
