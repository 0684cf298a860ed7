package dev.seneschal.gateway.health;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.seneschal.api.health.HealthProbe.Status;
import dev.seneschal.api.http.Request;
import dev.seneschal.api.http.Response;
import dev.seneschal.api.http.RestApi;
import dev.seneschal.api.http.Route;
import dev.seneschal.gateway.Resources;
import dev.seneschal.gateway.route.Immediate;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Tells load balancers and people whether the host lives and is ready. Open to everyone; what exactly is wrong is told to
 * callers who say who they are.
 */
@Component(service = RestApi.class)
public final class HealthApi implements RestApi {

    private final Probes probes;
    private final ObjectMapper mapper = JsonMapper.builder().build();

    @Activate
    public HealthApi(@Reference Probes probes) {
        this.probes = probes;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                new Route(
                        "GET", "/health/live", null, (Immediate) request -> Response.json(200, "{\"status\":\"UP\"}")),
                new Route("GET", "/health/ready", null, this::ready));
    }

    @Override
    public String openApi() {
        return Resources.read("openapi/health.json");
    }

    private Response ready(Request request) {
        var checks = probes.checks();
        var overall = Probes.overall(checks);
        var body = mapper.createObjectNode().put("status", overall.name());
        var list = body.putArray("checks");
        for (var check : checks) {
            var one = list.addObject()
                    .put("name", check.name())
                    .put("status", check.health().status().name());
            if (request.caller() != null) {
                one.put("detail", check.health().detail());
            }
        }
        return Response.json(overall == Status.DOWN ? 503 : 200, body.toString());
    }
}
