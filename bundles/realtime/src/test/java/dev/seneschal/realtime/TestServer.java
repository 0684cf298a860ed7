package dev.seneschal.realtime;

import dev.seneschal.api.access.Access;
import dev.seneschal.api.event.EventLog;
import dev.seneschal.api.tenant.Tenants;
import dev.seneschal.realtime.transport.EventStreamEndpoint;
import dev.seneschal.realtime.transport.StreamEndpoint;
import dev.seneschal.realtime.transport.WebSocketEndpoint;
import jakarta.servlet.Servlet;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.ee10.websocket.server.config.JettyWebSocketServletContainerInitializer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The realtime bundle on a Jetty of its own, with the given log and access. */
public final class TestServer implements AutoCloseable {

    /** Few, so that a test can occupy them all. */
    static final int THREADS = 8;

    /** As in production: longer than any other patience, so that no test is saved by it. */
    private static final int IDLE_MILLIS = 60_000;

    private final Realtime realtime;
    private final FakeEventLog log = new FakeEventLog();
    private final FakeAccess access = new FakeAccess();
    private final Server server = new Server(new QueuedThreadPool(THREADS));
    private final ServerConnector connector = new ServerConnector(server);
    private final ServletContextHandler context = new ServletContextHandler();

    /** Starts with the log in memory. */
    public TestServer(Map<String, Object> config) throws Exception {
        this(config, null);
    }

    /** Starts with this log; null for the one in memory. */
    public TestServer(Map<String, Object> config, EventLog other) throws Exception {
        realtime = new Realtime(Configs.of(RealtimeConfig.class, config));
        realtime.bindEventLog(other == null ? log : other);
        realtime.bindAccess((Access) access);
        realtime.bindTenants((Tenants) access);
        realtime.start();
        connector.setHost("127.0.0.1");
        connector.setIdleTimeout(IDLE_MILLIS);
        server.addConnector(connector);
        context.setContextPath("/");
        JettyWebSocketServletContainerInitializer.configure(context, null);
        serve(new WebSocketEndpoint(realtime), "/connection/websocket");
        serve(new StreamEndpoint(realtime), "/connection/sse", "/connection/http_stream", "/emulation");
        serve(new EventStreamEndpoint(realtime), "/api/v1/stream");
        server.setHandler(context);
        server.start();
    }

    private void serve(Servlet servlet, String... paths) {
        var holder = new ServletHolder(servlet);
        holder.setAsyncSupported(true);
        for (var path : paths) {
            context.addServlet(holder, path);
        }
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

    /** Sends bytes as they are and leaves the connection open. */
    Socket begin(String request) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), connector.getLocalPort());
        socket.setSoTimeout(10_000);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
        return socket;
    }

    /** Sends bytes as they are and returns all that comes back until the connection ends. */
    String raw(String request) throws IOException {
        try (var socket = begin(request)) {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
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
        removeEndpoints();
        server.stop();
        realtime.close();
        log.close();
    }
}
