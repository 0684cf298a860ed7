package dev.seneschal.realtime.protocol;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.seneschal.realtime.connection.Authenticator;
import dev.seneschal.realtime.connection.Connection;
import dev.seneschal.realtime.connection.Connection.Opening;
import dev.seneschal.realtime.connection.Connections;
import dev.seneschal.realtime.connection.Credentials;
import dev.seneschal.realtime.hub.Hub;

/** Begins sessions of the Centrifuge protocol on connections that a transport has opened. Safe for use by any thread. */
public final class Sessions {

    private final Connections connections;
    private final Authenticator authenticator;
    private final Hub hub;
    private final ObjectReader json = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .reader();

    /** Makes the factory. */
    public Sessions(Connections connections, Authenticator authenticator, Hub hub) {
        this.connections = connections;
        this.authenticator = authenticator;
        this.hub = hub;
    }

    /**
     * Begins a session.
     *
     * @param emulation where its commands come in, if the transport has no way back; else null
     */
    public Connection begin(Opening opening, Credentials credentials, EmulationAddress emulation) {
        return connections.open(
                opening,
                connection -> new ClientSession(
                        connection, connections.settings(), authenticator, hub, json, credentials, emulation));
    }
}
