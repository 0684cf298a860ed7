package dev.seneschal.realtime.connection;

import java.time.Duration;

/**
 * Bounds of connections.
 *
 * @param maxConnections most connections on this node
 * @param maxChannels most channels of one connection
 * @param queueBytes how much may wait for one client before it is disconnected as slow
 * @param recoveryBytes how much history may wait for one client beside that
 * @param maxMessageBytes longest message of a client
 * @param ping how often the server pings
 * @param pongTimeout how long the answer may take
 * @param connectTimeout how long a client may take to say connect
 * @param drainTimeout how long stopping waits for clients to be told
 */
public record ConnectionSettings(
        int maxConnections,
        int maxChannels,
        int queueBytes,
        int recoveryBytes,
        int maxMessageBytes,
        Duration ping,
        Duration pongTimeout,
        Duration connectTimeout,
        Duration drainTimeout) {}
