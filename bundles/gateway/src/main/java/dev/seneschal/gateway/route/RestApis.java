package dev.seneschal.gateway.route;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.seneschal.api.http.RestApi;
import dev.seneschal.api.service.Whiteboard;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/**
 * The parts of the REST API that are registered at the moment, joined to one. Safe for use by any thread: a request sees
 * the state of one moment.
 */
@Component(service = RestApis.class)
public final class RestApis {

    private final ObjectMapper mapper = JsonMapper.builder().build();
    private final Map<RestApi, Part> parts = new LinkedHashMap<>();
    private Whiteboard<RestApi> whiteboard;
    private volatile State state;

    /** Begins with the description of what will come. */
    @Activate
    public RestApis() {
        var itself = new OpenApiDocument(mapper, () -> state.parts);
        parts.put(itself, Part.of(itself, mapper));
        rebuild();
    }

    /** Begins to look for parts. */
    @Activate
    public void start(BundleContext context) {
        whiteboard = Whiteboard.follow(context, RestApi.class, this::addApi, this::removeApi);
    }

    /** Serves the part's routes from now on. */
    public synchronized void addApi(RestApi api) {
        parts.put(api, Part.of(api, mapper));
        rebuild();
    }

    /** Ends serving the part's routes. */
    public synchronized void removeApi(RestApi api) {
        parts.remove(api);
        rebuild();
    }

    private void rebuild() {
        var present = List.copyOf(parts.values());
        var operations = new ArrayList<Operation>();
        present.forEach(part -> operations.addAll(part.operations()));
        state = new State(present, Router.of(operations));
    }

    /**
     * Finds an operation.
     *
     * @param path the path's segments, decoded
     */
    public Match find(String method, List<String> path) {
        return state.router.find(method, path);
    }

    /** Ends looking for parts. */
    @Deactivate
    public void stop() {
        whiteboard.close();
    }

    private record State(List<Part> parts, Router router) {}
}
