package dev.seneschal.api.health;

import org.osgi.annotation.versioning.ConsumerType;

/** Says whether one part of the host works. Register it as a service; every probe counts for readiness. */
@ConsumerType
public interface HealthProbe {

    /** Returns the part's name, such as {@code storage}. */
    String name();

    /** Looks, within a second, and never throws for a failure of what it looks at. */
    Health check();

    /**
     * What a probe found.
     *
     * @param status how the part stands
     * @param detail what is wrong and what to do, or a short fact
     */
    record Health(Status status, String detail) {}

    /** How a part stands. */
    enum Status {
        /** It works. */
        UP,
        /** It works in part, or a person should look; the host stays ready. */
        DEGRADED,
        /** It does not work; the host is not ready. */
        DOWN
    }
}
