package dev.seneschal.notification.rest;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.seneschal.api.access.Permissions;
import dev.seneschal.api.http.Page;
import dev.seneschal.api.http.Request;
import dev.seneschal.api.http.Response;
import dev.seneschal.api.http.Route;
import dev.seneschal.notification.Faults;
import dev.seneschal.notification.Fields;
import dev.seneschal.notification.template.Template;
import dev.seneschal.notification.template.Templates;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Templates over REST. */
final class TemplateRoutes {

    private static final String ALL = "/api/v1/notification/templates";
    private static final String ONE = ALL + "/{id}";
    private static final TypeReference<Map<String, Object>> MODEL = new TypeReference<>() {};

    private final Templates templates;
    private final JsonMapper json;

    TemplateRoutes(Templates templates, JsonMapper json) {
        this.templates = templates;
        this.json = json;
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", ALL, Permissions.NOTIFICATION_READ, this::list),
                new Route("GET", ONE, Permissions.NOTIFICATION_READ, this::get),
                new Route("POST", ALL, Permissions.NOTIFICATION_MANAGE, this::create),
                new Route("PUT", ONE, Permissions.NOTIFICATION_MANAGE, this::update),
                new Route("DELETE", ONE, Permissions.NOTIFICATION_MANAGE, this::deactivate),
                new Route("POST", ONE + "/preview", Permissions.NOTIFICATION_READ, this::preview));
    }

    private Response list(Request request) {
        var page = Page.of(templates.list(request.tenant(), "", Templates.MOST), Template::name, request);
        var body = json.createObjectNode();
        var list = body.putArray("templates");
        page.elements().forEach(template -> list.add(json(template)));
        return page.link(Response.json(200, body.toString()));
    }

    private Response get(Request request) {
        var template = templates.get(request.tenant(), Requests.id(request));
        return Requests.versioned(200, json(template), template.version());
    }

    private Response create(Request request) throws InterruptedException {
        var template = templates.create(
                request.tenant(),
                Fields.parse(json, request.body()),
                request.caller().name());
        return Requests.versioned(201, json(template), template.version()).with("Location", ALL + "/" + template.id());
    }

    private Response update(Request request) throws InterruptedException {
        var template = templates.update(
                request.tenant(),
                Requests.id(request),
                Fields.parse(json, request.body()),
                Requests.version(request),
                request.caller().name());
        return Requests.versioned(200, json(template), template.version());
    }

    private Response deactivate(Request request) {
        templates.deactivate(
                request.tenant(),
                Requests.id(request),
                Requests.version(request),
                request.caller().name());
        return Response.empty(204);
    }

    private Response preview(Request request) throws InterruptedException {
        var faults = new Faults();
        var sample = new Fields(Fields.parse(json, request.body()), "", faults, Set.of("event")).object("event", json);
        faults.check();
        Map<String, Object> model =
                Map.of("event", json.convertValue(sample, MODEL), "workflow", Map.of("name", "preview"));
        var rendered = templates.preview(request.tenant(), Requests.id(request), model);
        return Response.json(
                200,
                json.createObjectNode()
                        .put("subject", rendered.subject())
                        .put("text", rendered.text())
                        .put("html", rendered.html())
                        .toString());
    }

    private ObjectNode json(Template template) {
        var body = json.createObjectNode();
        body.put("id", template.id().toString());
        body.put("name", template.name());
        body.put("category", template.category());
        body.put("subject", template.source().subject());
        body.put("text", template.source().text());
        body.put("html", template.source().html());
        body.set("variables", Requests.stored(json, template.variables()));
        body.put("version", template.version());
        body.put("active", template.active());
        body.put("createdAt", template.createdAt().toString());
        body.put("updatedAt", template.updatedAt().toString());
        return body;
    }
}
