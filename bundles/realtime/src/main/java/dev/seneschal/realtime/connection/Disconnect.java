package dev.seneschal.realtime.connection;

/**
 * Why the server ends a connection: a code of the Centrifuge protocol. On WebSocket it is the close code too. Clients
 * connect again after 3000 to 3499, and never after 3500 to 3999.
 *
 * @param code 3000 to 4999
 * @param reason at most 100 ASCII characters, and not JSON by itself: clients try to parse it
 */
public record Disconnect(int code, String reason) {

    /** The host, or this bundle, stops or is updated. */
    public static final Disconnect SHUTDOWN = new Disconnect(3001, "shutdown");
    /** The server failed. */
    public static final Disconnect SERVER_ERROR = new Disconnect(3004, "internal server error");
    /** The client reads more slowly than is published to it. */
    public static final Disconnect SLOW = new Disconnect(3008, "slow");
    /** The client did not get, and cannot get in order, what it should have. */
    public static final Disconnect INSUFFICIENT_STATE = new Disconnect(3010, "insufficient state");
    /** The client did not answer a ping. */
    public static final Disconnect NO_PONG = new Disconnect(3012, "no pong");
    /** The client sends more than can be processed. */
    public static final Disconnect TOO_MANY_REQUESTS = new Disconnect(3013, "too many requests");
    /** The credentials prove nothing. */
    public static final Disconnect INVALID_TOKEN = new Disconnect(3500, "invalid token");
    /** The client does not follow the protocol. */
    public static final Disconnect BAD_REQUEST = new Disconnect(3501, "bad request");
    /** The client opened a connection and did not say connect. */
    public static final Disconnect STALE = new Disconnect(3502, "stale");
    /** This node carries as many connections as it may. */
    public static final Disconnect CONNECTION_LIMIT = new Disconnect(3504, "connection limit");
    /** The client speaks a form of the protocol that this server does not. */
    public static final Disconnect INAPPROPRIATE_PROTOCOL = new Disconnect(3506, "inappropriate protocol");
    /** The caller may not act for the tenant they named. */
    public static final Disconnect PERMISSION_DENIED = new Disconnect(3507, "permission denied");
    /** The client used something this server does not have, where the protocol knows no reply. */
    public static final Disconnect NOT_AVAILABLE = new Disconnect(3508, "not available");
}
