package dev.seneschal.access.rest;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.seneschal.api.access.Permissions;
import dev.seneschal.api.http.Page;
import dev.seneschal.api.http.Problem;
import dev.seneschal.api.http.Request;
import dev.seneschal.api.http.Response;
import dev.seneschal.api.http.RestApi;
import dev.seneschal.api.http.Route;
import dev.seneschal.api.tenant.Tenant;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.api.tenant.Tenants;
import java.util.List;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Tenants over REST. A caller sees the tenants they may act for; only who may act for all creates one. */
@Component(service = RestApi.class)
public final class TenantApi implements RestApi {

    private static final Set<String> FIELDS = Set.of("id", "title");

    private final Tenants tenants;
    private final ObjectMapper mapper = Fields.mapper();

    @Activate
    public TenantApi(@Reference Tenants tenants) {
        this.tenants = tenants;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                new Route("GET", "/api/v1/tenants", Permissions.ACCESS_MANAGE, this::list),
                new Route("POST", "/api/v1/tenants", Permissions.ACCESS_MANAGE, this::create));
    }

    @Override
    public String openApi() {
        return OpenApiPart.read("openapi/tenants.json");
    }

    private Response list(Request request) {
        var visible = tenants.list().stream()
                .filter(tenant -> request.caller().mayActFor(tenant.id()))
                .toList();
        var page = Page.of(visible, tenant -> tenant.id().value(), request);
        var body = mapper.createObjectNode();
        var list = body.putArray("tenants");
        page.elements().forEach(tenant -> list.add(json(tenant)));
        return page.link(Response.json(200, body.toString()));
    }

    private Response create(Request request) {
        if (request.caller().tenants() != null) {
            throw new Problem(403, "Only who may act for every tenant can create one.");
        }
        var fields = Fields.parse(mapper, request.body(), FIELDS);
        var id = id(fields.text("id"));
        var title = fields.text("title");
        try {
            var tenant = tenants.create(id, title, request.caller().name());
            return Response.json(201, json(tenant).toString());
        } catch (IllegalArgumentException e) {
            throw Problem.invalid("/title", e.getMessage());
        } catch (IllegalStateException e) {
            throw new Problem(409, e.getMessage());
        }
    }

    private static TenantId id(String text) {
        try {
            return new TenantId(text);
        } catch (IllegalArgumentException e) {
            throw Problem.invalid("/id", e.getMessage());
        }
    }

    private ObjectNode json(Tenant tenant) {
        return mapper.createObjectNode()
                .put("id", tenant.id().value())
                .put("title", tenant.title())
                .put("createdAt", tenant.createdAt().toString());
    }
}
