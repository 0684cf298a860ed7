package dev.seneschal.realtime.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.seneschal.api.access.AuthenticationException;
import dev.seneschal.api.storage.StorageUnavailableException;
import dev.seneschal.realtime.connection.Authenticator;
import dev.seneschal.realtime.connection.Authenticator.TenantRefusedException;
import dev.seneschal.realtime.connection.Connection;
import dev.seneschal.realtime.connection.ConnectionSettings;
import dev.seneschal.realtime.connection.Credentials;
import dev.seneschal.realtime.connection.Disconnect;
import dev.seneschal.realtime.connection.Identity;
import dev.seneschal.realtime.connection.Peer;
import dev.seneschal.realtime.hub.Hub;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client that speaks the Centrifuge protocol: connect first, then anything; pings in between. */
public final class ClientSession implements Peer {

    private static final Logger LOG = LoggerFactory.getLogger(ClientSession.class);

    private final Connection connection;
    private final ConnectionSettings settings;
    private final Authenticator authenticator;
    private final Credentials credentials;
    private final EmulationAddress emulation;
    private final ObjectReader json;
    private final Subscriptions subscriptions;
    private final Histories histories;
    private final long openedAtNanos = System.nanoTime();

    private volatile Identity identity;
    private volatile long nextPingNanos;
    private volatile long pongDueNanos;
    private volatile boolean pongDue;
    private volatile boolean refused;

    /**
     * Begins a session.
     *
     * @param credentials what the request carried; a token in connect takes their place
     * @param emulation where commands come in on transports without a way back; else null
     */
    public ClientSession(
            Connection connection,
            ConnectionSettings settings,
            Authenticator authenticator,
            Hub hub,
            ObjectReader json,
            Credentials credentials,
            EmulationAddress emulation) {
        this.connection = connection;
        this.settings = settings;
        this.authenticator = authenticator;
        this.credentials = credentials;
        this.emulation = emulation;
        this.json = json;
        this.subscriptions = new Subscriptions(connection, hub, settings);
        this.histories = new Histories(hub);
    }

    @Override
    public void received(String message) {
        try {
            for (var line : message.split("\n", -1)) {
                if (!line.isBlank()) {
                    handle(Command.of(json.readTree(line)));
                }
            }
        } catch (JsonProcessingException | ProtocolException e) {
            LOG.debug("client={} does not follow the protocol: {}", connection.client(), e.getMessage());
            connection.disconnect(Disconnect.BAD_REQUEST);
        }
    }

    private void handle(Command command) throws ProtocolException {
        if (command.method() == Command.Method.PONG) {
            pongDue = false;
            return;
        }
        if (refused || (identity == null) != (command.method() == Command.Method.CONNECT)) {
            throw new ProtocolException("The first command is connect, and there is only one.");
        }
        switch (command.method()) {
            case CONNECT -> connect(command);
            case SUBSCRIBE -> subscriptions.subscribe(command, identity);
            case UNSUBSCRIBE -> subscriptions.unsubscribe(command);
            case HISTORY -> reply(histories.answer(command, identity));
            case SEND -> connection.disconnect(Disconnect.NOT_AVAILABLE);
            case UNKNOWN -> reply(Replies.error(command.id(), ErrorCode.METHOD_NOT_FOUND));
            default -> reply(Replies.error(command.id(), ErrorCode.NOT_AVAILABLE));
        }
    }

    private void connect(Command command) throws ProtocolException {
        var token = command.text("token");
        var presented = token.isEmpty() ? credentials : credentials.withToken(token);
        if (presented.authorization() == null) {
            throw new ProtocolException("There are no credentials, neither in the request nor in connect.");
        }
        try {
            identity = authenticator.identify(presented);
        } catch (StorageUnavailableException e) {
            refuse(command, ErrorCode.INTERNAL);
            return;
        } catch (AuthenticationException e) {
            if (e.retryAfter() != null) {
                refuse(command, ErrorCode.TOO_MANY_REQUESTS);
            } else {
                connection.disconnect(Disconnect.INVALID_TOKEN);
            }
            return;
        } catch (TenantRefusedException e) {
            connection.disconnect(Disconnect.PERMISSION_DENIED);
            return;
        }
        connection.identified(identity);
        schedulePing(System.nanoTime(), ThreadLocalRandom.current().nextDouble(0.5, 1));
        reply(Replies.connected(command.id(), connection.client(), settings.ping(), emulation));
    }

    /** After an error in reply to connect the client opens another connection; this one is of no further use. */
    private void refuse(Command command, ErrorCode error) {
        refused = true;
        reply(Replies.error(command.id(), error));
    }

    private void reply(byte[] reply) {
        connection.push(reply);
    }

    @Override
    public void tick(long nowNanos) {
        if (identity == null) {
            if (nowNanos - openedAtNanos > settings.connectTimeout().toNanos()) {
                connection.disconnect(hasSpoken() ? Disconnect.SERVER_ERROR : Disconnect.STALE);
            }
        } else if (pongDue && nowNanos - pongDueNanos > 0) {
            connection.cut(Disconnect.NO_PONG);
        } else if (nowNanos - nextPingNanos > 0) {
            if (!pongDue) { // an answer that is due already is not put off by another ping
                pongDueNanos = nowNanos + settings.pongTimeout().toNanos();
                pongDue = true;
            }
            schedulePing(nowNanos, 1);
            connection.push(Replies.PING);
        }
    }

    /** A client whose connect waits for us, or was refused for now, shall come again; one that is stale shall not. */
    private boolean hasSpoken() {
        return refused || connection.isBusy();
    }

    /** The first ping comes after a random part of the interval, so that clients that came together do not stay in step. */
    private void schedulePing(long nowNanos, double part) {
        nextPingNanos = nowNanos + (long) (settings.ping().toNanos() * part);
    }

    @Override
    public int channels() {
        return subscriptions.count();
    }

    @Override
    public void closed() {
        subscriptions.close();
    }
}
