package dev.seneschal.realtime.transport;

import dev.seneschal.realtime.connection.Connection;
import dev.seneschal.realtime.connection.Connection.Opening;
import dev.seneschal.realtime.connection.Credentials;
import dev.seneschal.realtime.connection.Disconnect;
import dev.seneschal.realtime.connection.Wire;
import dev.seneschal.realtime.protocol.Sessions;
import java.nio.ByteBuffer;
import java.util.List;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.common.WebSocketSession;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.OpCode;

/**
 * One WebSocket. The next message is read when the last one has been handled, so a client cannot pile up work here.
 *
 * <p>Public because Jetty calls it by reflection.
 */
public final class WebSocketClient implements Session.Listener, Wire {

    private final Sessions sessions;
    private final Credentials credentials;
    private final boolean protobuf;

    private Session session;
    private CoreSession core;
    private Connection connection;

    WebSocketClient(Sessions sessions, Credentials credentials, boolean protobuf) {
        this.sessions = sessions;
        this.credentials = credentials;
        this.protobuf = protobuf;
    }

    @Override
    public void onWebSocketOpen(Session opened) {
        session = opened;
        core = ((WebSocketSession) opened).getCoreSession();
        connection =
                sessions.begin(new Opening(WebSocketEndpoint.TRANSPORT, credentials.remote(), this), credentials, null);
        if (protobuf) {
            connection.disconnect(Disconnect.INAPPROPRIATE_PROTOCOL);
        }
        session.demand();
    }

    @Override
    public void onWebSocketText(String message) {
        connection.receive(message, this::demand);
    }

    @Override
    public void onWebSocketBinary(ByteBuffer payload, org.eclipse.jetty.websocket.api.Callback callback) {
        callback.succeed();
        connection.disconnect(Disconnect.INAPPROPRIATE_PROTOCOL);
        demand();
    }

    /** Also on a session that is being closed: the client's answer to that is the last thing to read. */
    private void demand() {
        session.demand();
    }

    @Override
    public void onWebSocketError(Throwable cause) {
        connection.transportClosed();
    }

    @Override
    public void onWebSocketClose(int status, String reason) {
        connection.transportClosed();
    }

    /** Joins the messages into one frame. The core session takes bytes as they are, where the public one encodes text anew. */
    @Override
    public void send(List<byte[]> messages, Outcome outcome) {
        var payload = messages.size() == 1 ? ByteBuffer.wrap(messages.get(0)) : joined(messages);
        core.sendFrame(new Frame(OpCode.TEXT, payload), Callback.from(outcome::written, outcome::failed), false);
    }

    private static ByteBuffer joined(List<byte[]> messages) {
        var payload = ByteBuffer.allocate(
                messages.stream().mapToInt(message -> message.length + 1).sum() - 1);
        for (var message : messages) {
            if (payload.position() > 0) {
                payload.put((byte) '\n');
            }
            payload.put(message);
        }
        return payload.flip();
    }

    @Override
    public void close(Disconnect reason) {
        session.close(reason.code(), reason.reason(), org.eclipse.jetty.websocket.api.Callback.NOOP);
    }

    @Override
    public void abort() {
        session.disconnect();
    }
}
