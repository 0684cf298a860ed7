package dev.seneschal.api.http;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A part of the REST API. Register it as a service; the gateway serves its routes for as long as it is registered.
 */
@ConsumerType
public interface RestApi {

    /** Returns the routes; the same on every call. */
    List<Route> routes();

    /**
     * Returns the OpenAPI 3.1 description of these routes as JSON text: an object with {@code paths} and, if need be,
     * {@code components}. The gateway merges the parts into {@code /api/openapi.json}.
     */
    String openApi();
}
