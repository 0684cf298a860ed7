package dev.seneschal.notification.rest;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.seneschal.api.access.Permissions;
import dev.seneschal.api.http.Problem;
import dev.seneschal.api.http.Request;
import dev.seneschal.api.http.Response;
import dev.seneschal.api.http.Route;
import dev.seneschal.notification.delivery.Deliveries;
import dev.seneschal.notification.delivery.Delivery;
import dev.seneschal.notification.delivery.Status;
import java.util.List;
import java.util.Objects;

/** Deliveries over REST. */
final class DeliveryRoutes {

    private static final String ALL = "/api/v1/notification/deliveries";

    private final Deliveries deliveries;
    private final JsonMapper json;

    DeliveryRoutes(Deliveries deliveries, JsonMapper json) {
        this.deliveries = deliveries;
        this.json = json;
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", ALL, Permissions.NOTIFICATION_READ, this::list),
                new Route("GET", ALL + "/{id}", Permissions.NOTIFICATION_READ, this::get));
    }

    private Response list(Request request) {
        int limit = Requests.limit(request);
        var status = request.parameter("status")
                .map(label -> Status.of(label)
                        .orElseThrow(() -> Problem.invalid("status", "There is no such status of a delivery.")))
                .orElse(null);
        var before = request.parameter("cursor")
                .map(cursor -> Requests.uuid(cursor, 400, "The cursor is not one of this list."))
                .orElse(null);
        // One more than asked for says whether there is a next page.
        var found = deliveries.list(request.tenant(), status, before, limit + 1);
        var page = found.size() > limit ? found.subList(0, limit) : found;
        var body = json.createObjectNode();
        var list = body.putArray("deliveries");
        page.forEach(delivery -> list.add(json(delivery)));
        var response = Response.json(200, body.toString());
        if (found.size() <= limit) {
            return response;
        }
        var link = ALL + "?cursor=" + page.get(limit - 1).id() + "&limit=" + limit
                + (status == null ? "" : "&status=" + status.label());
        return response.with("Link", "<" + link + ">; rel=\"next\"");
    }

    private Response get(Request request) {
        var id = Requests.id(request);
        var body = json(deliveries.get(request.tenant(), id));
        body.set("why", Requests.stored(json, deliveries.why(request.tenant(), id)));
        return Response.json(200, body.toString());
    }

    private ObjectNode json(Delivery delivery) {
        var body = json.createObjectNode();
        body.put("id", delivery.id().toString());
        body.put("status", delivery.status().label());
        body.put("recipient", delivery.recipient());
        body.put("workflowId", delivery.workflowId().toString());
        body.put("workflowName", delivery.workflowName());
        body.put("workflowVersion", delivery.workflowVersion());
        body.put("templateId", text(delivery.templateId()));
        body.put("templateName", delivery.templateName());
        body.put("templateVersion", delivery.templateVersion());
        body.put("eventUid", delivery.eventUid().toString());
        body.put("eventType", delivery.eventType());
        body.put("attempts", delivery.attempts());
        body.put("createdAt", delivery.createdAt().toString());
        body.put("sentAt", text(delivery.sentAt()));
        body.put("deliveredAt", text(delivery.deliveredAt()));
        body.put("error", delivery.error());
        return body;
    }

    private static String text(Object value) {
        return Objects.toString(value, null);
    }
}
