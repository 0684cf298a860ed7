package dev.seneschal.gateway.route;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.seneschal.api.http.Request;
import dev.seneschal.api.http.Response;
import dev.seneschal.api.http.RestApi;
import dev.seneschal.api.http.Route;
import dev.seneschal.gateway.Resources;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The description of the whole API, joined from its parts: {@code /api/openapi.json}. What every operation has in common
 * (credentials, the tenant's header, problems) is added here, so that no part repeats it.
 */
final class OpenApiDocument implements RestApi {

    private static final Logger LOG = LoggerFactory.getLogger(OpenApiDocument.class);

    private final ObjectMapper mapper;
    private final Supplier<List<Part>> parts;

    OpenApiDocument(ObjectMapper mapper, Supplier<List<Part>> parts) {
        this.mapper = mapper;
        this.parts = parts;
    }

    @Override
    public List<Route> routes() {
        return List.of(new Route("GET", "/api/openapi.json", null, this::answer));
    }

    @Override
    public String openApi() {
        return Resources.read("openapi/openapi.json");
    }

    private Response answer(Request request) throws JsonProcessingException {
        return Response.json(200, mapper.writeValueAsString(document()));
    }

    private ObjectNode document() throws JsonProcessingException {
        var document = (ObjectNode) mapper.readTree(Resources.read("openapi/frame.json"));
        var paths = document.putObject("paths");
        var components = (ObjectNode) document.get("components");
        for (var part : parts.get()) {
            part.operations().forEach(operation -> add(paths, operation));
            part.elsewhere().forEach(operation -> add(paths, operation));
            part.components().properties().forEach(kind -> merge(components, kind.getKey(), kind.getValue()));
        }
        return document;
    }

    private static void add(ObjectNode paths, Operation operation) {
        var route = operation.route();
        add(paths, route.path(), route.method(), route.permission(), operation.description());
    }

    private static void add(ObjectNode paths, Part.Elsewhere operation) {
        var description = operation.description();
        var permission = description.path("x-permission").textValue();
        add(paths, operation.path(), operation.method(), permission, description);
    }

    private static void add(ObjectNode paths, String path, String method, String permission, JsonNode description) {
        ObjectNode described = description.deepCopy();
        if (permission == null) {
            described.putArray("security");
        } else {
            described.put("x-permission", permission);
            parameters(described).addObject().put("$ref", "#/components/parameters/Tenant");
        }
        var responses = described.withObjectProperty("responses");
        if (!responses.has("default")) {
            responses.putObject("default").put("$ref", "#/components/responses/Problem");
        }
        paths.withObjectProperty(path).set(method.toLowerCase(Locale.ROOT), described);
    }

    private static ArrayNode parameters(ObjectNode operation) {
        return operation.get("parameters") instanceof ArrayNode present ? present : operation.putArray("parameters");
    }

    private static void merge(ObjectNode components, String kind, JsonNode named) {
        var present = components.withObjectProperty(kind);
        named.properties().forEach(component -> {
            var other = present.get(component.getKey());
            if (other == null) {
                present.set(component.getKey(), component.getValue().deepCopy());
            } else if (!other.equals(component.getValue())) {
                LOG.warn("Two parts describe a component differently: {}/{}", kind, component.getKey());
            }
        });
    }
}
