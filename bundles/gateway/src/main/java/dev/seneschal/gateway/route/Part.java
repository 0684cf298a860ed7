package dev.seneschal.gateway.route;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.seneschal.api.http.RestApi;
import dev.seneschal.api.http.Route;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One {@link RestApi} as it was when it came: its routes, each with its description. A route without a description is
 * served and described as bare; a description without a route is left out. Both are said in the log. A description that
 * has {@code x-servlet} is of an operation that a servlet of its own serves: it is described, and not routed here. Immutable.
 *
 * @param operations the operations
 * @param elsewhere what servlets serve
 * @param components the description's components, possibly empty
 */
record Part(List<Operation> operations, List<Elsewhere> elsewhere, JsonNode components) {

    private static final Logger LOG = LoggerFactory.getLogger(Part.class);
    private static final Set<String> METHODS =
            Set.of("get", "put", "post", "delete", "options", "head", "patch", "trace");
    private static final String JSON = "application/json";
    private static final String SERVLET = "x-servlet";

    /**
     * An operation that a servlet serves.
     *
     * @param method the HTTP method, lower case
     * @param path the path
     * @param description the OpenAPI operation object
     */
    record Elsewhere(String method, String path, JsonNode description) {}

    static Part of(RestApi api, ObjectMapper mapper) {
        var document = parse(api, mapper);
        var paths = document.path("paths");
        var operations = api.routes().stream()
                .map(route -> operation(route, paths, mapper))
                .toList();
        warnOfOrphans(paths, operations);
        return new Part(operations, elsewhere(paths), document.path("components"));
    }

    private static JsonNode parse(RestApi api, ObjectMapper mapper) {
        try {
            return mapper.readTree(api.openApi());
        } catch (JsonProcessingException e) {
            LOG.error(
                    "The OpenAPI part of {} is not JSON; its routes are served without a description",
                    api.getClass().getName(),
                    e);
            return mapper.createObjectNode();
        }
    }

    private static Operation operation(Route route, JsonNode paths, ObjectMapper mapper) {
        var path = paths.path(route.path());
        var described = path.path(route.method().toLowerCase(Locale.ROOT));
        if (!described.isObject()) {
            LOG.warn("A route is not described: {} {}", route.method(), route.path());
            ObjectNode bare = mapper.createObjectNode();
            bare.putObject("responses").putObject("default").put("description", "Not described.");
            return new Operation(route, bare, Set.of(JSON), Set.of());
        }
        ObjectNode description = whole(path, described);
        return new Operation(route, description, consumes(description), produces(description));
    }

    private static List<Elsewhere> elsewhere(JsonNode paths) {
        var elsewhere = new ArrayList<Elsewhere>();
        paths.properties().forEach(path -> path.getValue().properties().stream()
                .filter(operation -> operation.getValue().path(SERVLET).asBoolean())
                .forEach(operation -> {
                    ObjectNode description = whole(path.getValue(), operation.getValue());
                    description.remove(SERVLET);
                    elsewhere.add(new Elsewhere(operation.getKey(), path.getKey(), description));
                }));
        return List.copyOf(elsewhere);
    }

    /** Returns the operation with the parameters that all of its path have. */
    private static ObjectNode whole(JsonNode path, JsonNode operation) {
        ObjectNode description = operation.deepCopy();
        if (path.path("parameters").isArray()) {
            var all = description.arrayNode();
            path.get("parameters").forEach(all::add);
            description.path("parameters").forEach(all::add);
            description.set("parameters", all);
        }
        return description;
    }

    private static Set<String> consumes(JsonNode description) {
        return names(description.path("requestBody").path("content"));
    }

    private static Set<String> produces(JsonNode description) {
        var types = new HashSet<String>();
        description.path("responses").properties().forEach(response -> {
            if (response.getKey().startsWith("2")) {
                types.addAll(names(response.getValue().path("content")));
            }
        });
        return types;
    }

    private static Set<String> names(JsonNode object) {
        var names = new HashSet<String>();
        object.fieldNames().forEachRemaining(name -> names.add(name.toLowerCase(Locale.ROOT)));
        return names;
    }

    private static void warnOfOrphans(JsonNode paths, List<Operation> operations) {
        paths.properties().forEach(path -> path.getValue().properties().forEach(operation -> {
            var method = operation.getKey();
            var served = operations.stream()
                    .map(Operation::route)
                    .anyMatch(route ->
                            route.path().equals(path.getKey()) && route.method().equalsIgnoreCase(method));
            if (METHODS.contains(method)
                    && !served
                    && !operation.getValue().path(SERVLET).asBoolean()) {
                LOG.warn("A description has no route: {} {}", method.toUpperCase(Locale.ROOT), path.getKey());
            }
        }));
    }
}
