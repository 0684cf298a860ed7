package dev.seneschal.realtime.connection;

/** The protocol spoken on a connection. */
public interface Peer {

    /** Handles what the client sent. Called on the connection's lane: one call at a time, in order. */
    void received(String message);

    /** Does what is due, such as a ping. Called about four times a second; returns fast. */
    void tick(long nowNanos);

    /** Returns to how many channels the client has subscribed. */
    int channels();

    /** Lets go of everything, for the connection has ended. Called once, on any thread. */
    void closed();
}
