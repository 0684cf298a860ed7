package dev.seneschal.realtime.connection;

import java.util.List;

/** One client's transport, as the outgoing queue sees it. No method blocks. */
public interface Wire {

    /**
     * Writes the messages, in order, joined as the transport sees fit. Called again only after the outcome is known.
     *
     * @param messages shared bytes, not to be changed; each is one message without line break
     * @param outcome learns how it went, on any thread, possibly before this returns
     */
    void send(List<byte[]> messages, Outcome outcome);

    /** Tells the client why, and ends the connection. What is being sent may still be on its way. */
    void close(Disconnect reason);

    /** Ends the connection at once, whatever its state. */
    void abort();

    /** Learns how a write went. */
    interface Outcome {

        /** The messages are written, and more may follow. */
        void written();

        /** They could not be written; the connection is of no use any more. */
        void failed(Throwable cause);
    }
}
