package dev.seneschal.gateway.route;

import java.util.Map;
import java.util.Set;

/** What the router found for a path and method. */
public sealed interface Match {

    /**
     * An operation.
     *
     * @param operation the operation
     * @param variables the path's variables, decoded
     */
    record Found(Operation operation, Map<String, String> variables) implements Match {}

    /**
     * The path exists, the method does not.
     *
     * @param allowed the methods it has
     */
    record OtherMethod(Set<String> allowed) implements Match {}

    /** No such path. */
    record Nothing() implements Match {}
}
