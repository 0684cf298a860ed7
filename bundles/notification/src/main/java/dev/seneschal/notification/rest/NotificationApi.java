package dev.seneschal.notification.rest;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.seneschal.api.http.RestApi;
import dev.seneschal.api.http.Route;
import dev.seneschal.notification.delivery.Deliveries;
import dev.seneschal.notification.template.Templates;
import dev.seneschal.notification.workflow.Workflows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Templates, workflows and deliveries over REST. Safe for use by any thread. */
@Component(service = RestApi.class)
public final class NotificationApi implements RestApi {

    private static final String DESCRIPTION = "/openapi/notification.json";

    private final List<Route> routes;

    /** Makes the routes. */
    @Activate
    public NotificationApi(
            @Reference Templates templates, @Reference Workflows workflows, @Reference Deliveries deliveries) {
        var json = JsonMapper.builder().build();
        var all = new ArrayList<Route>();
        all.addAll(new TemplateRoutes(templates, json).routes());
        all.addAll(new WorkflowRoutes(workflows, json).routes());
        all.addAll(new DeliveryRoutes(deliveries, json).routes());
        this.routes = List.copyOf(all);
    }

    @Override
    public List<Route> routes() {
        return routes;
    }

    @Override
    public String openApi() {
        try (var in = NotificationApi.class.getResourceAsStream(DESCRIPTION)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("The bundle's " + DESCRIPTION + " cannot be read", e);
        }
    }
}
