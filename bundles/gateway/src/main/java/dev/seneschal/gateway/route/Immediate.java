package dev.seneschal.gateway.route;

import dev.seneschal.api.http.Route;

/**
 * A handler that waits for nothing and asks for nobody: it is run where the request arrives, whatever else is busy or broken,
 * without a caller and without a body.
 */
@FunctionalInterface
public interface Immediate extends Route.Handler {}
