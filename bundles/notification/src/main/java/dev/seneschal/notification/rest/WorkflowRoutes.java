package dev.seneschal.notification.rest;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.seneschal.api.access.Permissions;
import dev.seneschal.api.http.Page;
import dev.seneschal.api.http.Request;
import dev.seneschal.api.http.Response;
import dev.seneschal.api.http.Route;
import dev.seneschal.notification.Fields;
import dev.seneschal.notification.workflow.Workflow;
import dev.seneschal.notification.workflow.Workflows;
import java.util.List;

/** Workflows over REST. */
final class WorkflowRoutes {

    private static final String ALL = "/api/v1/notification/workflows";
    private static final String ONE = ALL + "/{id}";

    private final Workflows workflows;
    private final JsonMapper json;

    WorkflowRoutes(Workflows workflows, JsonMapper json) {
        this.workflows = workflows;
        this.json = json;
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", ALL, Permissions.NOTIFICATION_READ, this::list),
                new Route("GET", ONE, Permissions.NOTIFICATION_READ, this::get),
                new Route("POST", ALL, Permissions.NOTIFICATION_MANAGE, this::create),
                new Route("PUT", ONE, Permissions.NOTIFICATION_MANAGE, this::update),
                new Route("DELETE", ONE, Permissions.NOTIFICATION_MANAGE, this::deactivate));
    }

    private Response list(Request request) {
        var page = Page.of(workflows.list(request.tenant(), "", Workflows.MOST), Workflow::name, request);
        var body = json.createObjectNode();
        var list = body.putArray("workflows");
        page.elements().forEach(workflow -> list.add(json(workflow)));
        return page.link(Response.json(200, body.toString()));
    }

    private Response get(Request request) {
        var workflow = workflows.get(request.tenant(), Requests.id(request));
        return Requests.versioned(200, json(workflow), workflow.version());
    }

    private Response create(Request request) {
        var workflow = workflows.create(
                request.tenant(),
                Fields.parse(json, request.body()),
                request.caller().name());
        return Requests.versioned(201, json(workflow), workflow.version()).with("Location", ALL + "/" + workflow.id());
    }

    private Response update(Request request) {
        var workflow = workflows.update(
                request.tenant(),
                Requests.id(request),
                Fields.parse(json, request.body()),
                Requests.version(request),
                request.caller().name());
        return Requests.versioned(200, json(workflow), workflow.version());
    }

    private Response deactivate(Request request) {
        workflows.deactivate(
                request.tenant(),
                Requests.id(request),
                Requests.version(request),
                request.caller().name());
        return Response.empty(204);
    }

    private ObjectNode json(Workflow workflow) {
        var body = json.createObjectNode();
        body.put("id", workflow.id().toString());
        body.put("name", workflow.name());
        body.put("triggerEvent", workflow.triggerEvent());
        body.set("conditions", Requests.stored(json, workflow.conditions()));
        body.set("actions", Requests.stored(json, workflow.actions()));
        body.put("version", workflow.version());
        body.put("active", workflow.active());
        body.put("createdAt", workflow.createdAt().toString());
        body.put("updatedAt", workflow.updatedAt().toString());
        return body;
    }
}
