package dev.seneschal.realtime.transport;

import dev.seneschal.realtime.Realtime;
import dev.seneschal.realtime.connection.Credentials;
import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.eclipse.jetty.ee10.websocket.server.JettyServerUpgradeRequest;
import org.eclipse.jetty.ee10.websocket.server.JettyServerUpgradeResponse;
import org.eclipse.jetty.ee10.websocket.server.JettyWebSocketServlet;
import org.eclipse.jetty.ee10.websocket.server.JettyWebSocketServletFactory;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.servlet.whiteboard.propertytypes.HttpWhiteboardServletPattern;

/**
 * The Centrifuge protocol over WebSocket.
 *
 * <p>It drains in {@link #destroy()}: when a component is deactivated, Jetty has closed the sockets already.
 */
@Component(service = Servlet.class)
@HttpWhiteboardServletPattern("/connection/websocket")
public final class WebSocketEndpoint extends JettyWebSocketServlet {

    private static final long serialVersionUID = 1L;

    static final String TRANSPORT = "websocket";

    private static final String JSON = "centrifuge-json";
    private static final String PROTOBUF = "centrifuge-protobuf";

    private final transient Realtime realtime;
    private volatile boolean draining;

    /** Serves this node's sessions. */
    @Activate
    public WebSocketEndpoint(@Reference Realtime realtime) {
        this.realtime = realtime;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) {
        try {
            if (draining) {
                Http.unavailable(response, "The host is being updated; connect again.");
            } else if (!realtime.origins().allow(request.getHeader("Origin"), request.getHeader("Host"))) {
                throw new Refusal(403, "Forbidden", "This origin may not connect.");
            } else if (!"websocket".equalsIgnoreCase(request.getHeader("Upgrade"))) {
                throw new Refusal(400, "Bad Request", "This resource speaks WebSocket only.");
            } else {
                super.service(request, response);
            }
        } catch (Throwable e) { // an Error too: the server would answer it with a page of its own
            Http.answer(response, e);
        }
    }

    @Override
    protected void configure(JettyWebSocketServletFactory factory) {
        var settings = realtime.clients().settings();
        factory.setMaxTextMessageSize(settings.maxMessageBytes());
        factory.setMaxBinaryMessageSize(settings.maxMessageBytes());
        factory.setIdleTimeout(
                settings.ping().multipliedBy(2).plus(settings.pongTimeout()).plus(Duration.ofSeconds(5)));
        factory.setCreator(this::upgrade);
    }

    private Object upgrade(JettyServerUpgradeRequest request, JettyServerUpgradeResponse response) {
        response.setExtensions(List.of()); // compression costs more memory and time per client than it saves here
        var protocols = request.getSubProtocols();
        boolean protobuf = protocols.contains(PROTOBUF) || asksForProtobuf(request);
        if (protocols.contains(protobuf ? PROTOBUF : JSON)) {
            response.setAcceptedSubProtocol(protobuf ? PROTOBUF : JSON);
        }
        var remote = address(request.getRemoteSocketAddress());
        var credentials =
                new Credentials(request.getHeader("Authorization"), request.getHeader("Seneschal-Tenant"), remote);
        return new WebSocketClient(realtime.sessions(), credentials, protobuf);
    }

    private static boolean asksForProtobuf(JettyServerUpgradeRequest request) {
        try {
            return Query.values(request.getQueryString(), "format").contains("protobuf")
                    || Query.values(request.getQueryString(), "cf_protocol").contains("protobuf");
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String address(SocketAddress address) {
        return address instanceof InetSocketAddress inet && inet.getAddress() != null
                ? inet.getAddress().getHostAddress()
                : "";
    }

    @Override
    public void destroy() {
        draining = true;
        realtime.clients().drain(Set.of(TRANSPORT));
        super.destroy();
    }
}
