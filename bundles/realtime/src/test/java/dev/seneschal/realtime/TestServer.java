package dev.seneschal.realtime;

import dev.seneschal.api.access.Access;
import dev.seneschal.api.tenant.Tenants;
import dev.seneschal.realtime.transport.WebSocketEndpoint;
import java.net.URI;
import java.util.Map;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.ee10.websocket.server.config.JettyWebSocketServletContainerInitializer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** The realtime bundle on a Jetty of its own, with the given log and access. */
public final class TestServer implements AutoCloseable {

    private final Realtime realtime;
    private final FakeEventLog log = new FakeEventLog();
    private final FakeAccess access = new FakeAccess();
    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server);
    private final ServletContextHandler context = new ServletContextHandler();

    /** Starts with a port of its own. */
    public TestServer(Map<String, Object> config) throws Exception {
        this(config, 0);
    }

    /** Starts on this port. */
    public TestServer(Map<String, Object> config, int port) throws Exception {
        realtime = new Realtime(Configs.of(RealtimeConfig.class, config));
        realtime.bindEventLog(log);
        realtime.bindAccess((Access) access);
        realtime.bindTenants((Tenants) access);
        connector.setHost("127.0.0.1");
        connector.setPort(port);
        server.addConnector(connector);
        context.setContextPath("/");
        JettyWebSocketServletContainerInitializer.configure(context, null);
        serve("/connection/websocket", new WebSocketEndpoint(realtime));
        server.setHandler(context);
        server.start();
    }

    private void serve(String path, jakarta.servlet.Servlet servlet) {
        var holder = new ServletHolder(servlet);
        holder.setAsyncSupported(true);
        context.addServlet(holder, path);
    }

    Realtime realtime() {
        return realtime;
    }

    FakeEventLog log() {
        return log;
    }

    FakeAccess access() {
        return access;
    }

    URI uri(String scheme, String pathAndQuery) {
        return URI.create(scheme + "://127.0.0.1:" + connector.getLocalPort() + pathAndQuery);
    }

    /** Takes the endpoints away as the HTTP Whiteboard does: destroys the servlets while the server runs on. */
    void removeEndpoints() throws Exception {
        context.getServletHandler().stop();
    }

    @Override
    public void close() throws Exception {
        server.stop();
        realtime.close();
        log.close();
    }
}
