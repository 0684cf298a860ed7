package dev.seneschal.realtime.namespace;

import dev.seneschal.api.access.Caller;

/** A condition on a caller's permissions, such as {@code realtime:subscribe & (events:read | retention:read)}. */
@FunctionalInterface
public interface PermissionExpression {

    /** Returns whether it holds for the caller. */
    boolean holdsFor(Caller caller);
}
