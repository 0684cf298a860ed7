package dev.seneschal.realtime.protocol;

/**
 * Where a client without a way back sends its commands.
 *
 * @param session a secret that only this client knows
 * @param node the node that holds its connection
 */
public record EmulationAddress(String session, String node) {}
