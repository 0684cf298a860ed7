package dev.seneschal.realtime;

import dev.seneschal.api.access.Access;
import dev.seneschal.api.event.EventLog;
import dev.seneschal.api.realtime.Channels;
import dev.seneschal.api.service.Best;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.api.tenant.Tenants;
import dev.seneschal.realtime.connection.Authenticator;
import dev.seneschal.realtime.connection.Connections;
import dev.seneschal.realtime.hub.ChannelKey;
import dev.seneschal.realtime.hub.Hub;
import dev.seneschal.realtime.protocol.Sessions;
import dev.seneschal.realtime.transport.Origins;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;

/**
 * This node's channels and connections. The event log and the access service may come, go and be swapped while sockets stay
 * open. Safe for use by any thread.
 */
@Component(
        service = {Realtime.class, Channels.class},
        configurationPid = RealtimeConfig.PID)
@Designate(ocd = RealtimeConfig.class)
public final class Realtime implements Channels, AutoCloseable {

    private final String node = UUID.randomUUID().toString();
    private final Hub hub;
    private final Connections clients;
    private final Authenticator authenticator = new Authenticator();
    private final Sessions sessions;
    private final Origins origins;
    private final List<Best<?>> followed = new ArrayList<>();

    /** Prepares with this configuration. */
    @Activate
    public Realtime(RealtimeConfig config) {
        this(config, Clock.systemUTC());
    }

    /** Prepares with this configuration and clock. */
    public Realtime(RealtimeConfig config, Clock clock) {
        var checked = new CheckedConfig(config);
        this.origins = new Origins(checked.allowedOrigins());
        this.hub = new Hub(checked.hub());
        this.clients = new Connections(checked.connections(), clock);
        this.sessions = new Sessions(clients, authenticator, hub);
    }

    /** Begins to serve, with whatever services there are. */
    @Activate
    void start(BundleContext context) {
        start();
        followed.add(Best.follow(context, EventLog.class, null, this::bindEventLog, this::unbindEventLog));
        followed.add(Best.follow(context, Access.class, null, this::bindAccess, this::unbindAccess));
        followed.add(Best.follow(context, Tenants.class, null, this::bindTenants, this::unbindTenants));
    }

    /** Begins to serve. */
    public void start() {
        hub.start();
        clients.start();
    }

    /** Takes the event log. */
    public void bindEventLog(EventLog log) {
        hub.logArrived(log);
    }

    /** Lets the event log go. */
    public void unbindEventLog(EventLog log) {
        hub.logGone(log);
    }

    /** Takes the access service. */
    public void bindAccess(Access access) {
        authenticator.use(access);
    }

    /** Lets the access service go. */
    public void unbindAccess(Access access) {
        authenticator.forget(access);
    }

    /** Takes the tenants. */
    public void bindTenants(Tenants tenants) {
        authenticator.use(tenants);
    }

    /** Lets the tenants go. */
    public void unbindTenants(Tenants tenants) {
        authenticator.forget(tenants);
    }

    /** Returns the name of this node, another one after each start. */
    public String node() {
        return node;
    }

    /** Returns the channels. */
    public Hub hub() {
        return hub;
    }

    /** Returns who is connected, and serves them. */
    public Connections clients() {
        return clients;
    }

    /** Returns what finds out who is asking. */
    public Authenticator authenticator() {
        return authenticator;
    }

    /** Returns what begins sessions. */
    public Sessions sessions() {
        return sessions;
    }

    /** Returns which pages may connect. */
    public Origins origins() {
        return origins;
    }

    @Override
    public void publish(TenantId tenant, String channel, String data) {
        hub.publish(new ChannelKey(tenant, channel), data);
    }

    @Override
    public List<Connection> connections() {
        return clients.list();
    }

    @Override
    public List<Channel> channels() {
        return hub.channels();
    }

    @Deactivate
    @Override
    public void close() {
        clients.close();
        hub.close();
        followed.forEach(Best::close);
    }
}
