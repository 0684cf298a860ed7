package dev.seneschal.realtime.hub;

/**
 * A place in a channel's history.
 *
 * @param epoch names the history; empty if the client never learned it
 * @param offset the last publication that was seen, 0 for none
 */
public record StreamPosition(String epoch, long offset) {}
