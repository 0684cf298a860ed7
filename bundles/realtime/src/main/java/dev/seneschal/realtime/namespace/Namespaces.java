package dev.seneschal.realtime.namespace;

/** Finds what holds for a channel. Safe for use by any thread. */
public interface Namespaces {

    /**
     * Returns the namespace of a channel: that of the part of its name before the first colon, or the block of channels
     * without one.
     *
     * @return null if the name has a namespace that is not configured
     */
    Namespace of(String channel);
}
