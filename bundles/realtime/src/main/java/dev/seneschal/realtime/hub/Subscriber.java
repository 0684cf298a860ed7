package dev.seneschal.realtime.hub;

/**
 * Receives a channel's publications. Both methods are called under the channel's lock, in the channel's order: they must
 * only queue what they get.
 */
public interface Subscriber {

    /** Takes the next publication. */
    void publication(Publication publication);

    /** Learns that publications were lost to it for good; nothing further comes, it must subscribe anew. */
    void lost();
}
