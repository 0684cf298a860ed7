package dev.seneschal.access.rest;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.seneschal.access.Grants;
import dev.seneschal.api.access.Access;
import dev.seneschal.api.access.Access.ApiKey;
import dev.seneschal.api.access.Permissions;
import dev.seneschal.api.http.Page;
import dev.seneschal.api.http.Problem;
import dev.seneschal.api.http.Request;
import dev.seneschal.api.http.Response;
import dev.seneschal.api.http.RestApi;
import dev.seneschal.api.http.Route;
import java.util.List;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** API keys over REST. */
@Component(service = RestApi.class)
public final class KeyApi implements RestApi {

    private static final Set<String> FIELDS = Set.of("name", "permissions", "expiresAt");

    private final Access access;
    private final ObjectMapper mapper = Fields.mapper();

    @Activate
    public KeyApi(@Reference Access access) {
        this.access = access;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                new Route("GET", "/api/v1/keys", Permissions.ACCESS_MANAGE, this::list),
                new Route("POST", "/api/v1/keys", Permissions.ACCESS_MANAGE, this::create),
                new Route("DELETE", "/api/v1/keys/{id}", Permissions.ACCESS_MANAGE, this::revoke));
    }

    @Override
    public String openApi() {
        return OpenApiPart.read("openapi/keys.json");
    }

    private Response list(Request request) {
        var page = Page.of(access.keys(request.tenant()), key -> key.id().toString(), request);
        var body = mapper.createObjectNode();
        var keys = body.putArray("keys");
        page.elements().forEach(key -> keys.add(json(key)));
        return page.link(Response.json(200, body.toString()));
    }

    private Response create(Request request) {
        var fields = Fields.parse(mapper, request.body(), FIELDS);
        var permissions = fields.texts("permissions");
        for (var permission : permissions) {
            if (!Grants.mayGrant(request.caller(), permission)) {
                throw new Problem(403, "You cannot grant a permission that you do not have.");
            }
        }
        var name = fields.text("name");
        var expiresAt = fields.instant("expiresAt").orElse(null);
        try {
            var created = access.createKey(
                    request.tenant(),
                    name,
                    permissions,
                    expiresAt,
                    request.caller().name());
            var body = json(created.key()).put("secret", created.secret());
            return Response.json(201, body.toString());
        } catch (IllegalArgumentException e) {
            throw new Problem(400, e.getMessage());
        } catch (IllegalStateException e) {
            throw new Problem(409, e.getMessage());
        }
    }

    private Response revoke(Request request) {
        var text = request.variables().get("id");
        var id = access.keys(request.tenant()).stream()
                .map(ApiKey::id)
                .filter(known -> known.toString().equals(text))
                .findFirst()
                .orElseThrow(() -> new Problem(404, "There is no such key."));
        access.revokeKey(request.tenant(), id, request.caller().name());
        return Response.empty(204);
    }

    private ObjectNode json(ApiKey key) {
        var json = mapper.createObjectNode()
                .put("id", key.id().toString())
                .put("tenant", key.tenant().value())
                .put("name", key.name())
                .put("prefix", key.prefix());
        var permissions = json.putArray("permissions");
        key.permissions().stream().sorted().forEach(permissions::add);
        return json.put("createdAt", key.createdAt().toString())
                .put(
                        "expiresAt",
                        key.expiresAt() == null ? null : key.expiresAt().toString())
                .put(
                        "revokedAt",
                        key.revokedAt() == null ? null : key.revokedAt().toString());
    }
}
