package dev.seneschal.realtime.transport;

import dev.seneschal.realtime.Realtime;
import dev.seneschal.realtime.connection.Credentials;
import jakarta.servlet.Servlet;
import java.io.IOException;
import java.io.UncheckedIOException;
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
    protected void configure(JettyWebSocketServletFactory factory) {
        var settings = realtime.clients().settings();
        factory.setMaxTextMessageSize(settings.maxMessageBytes());
        factory.setMaxBinaryMessageSize(settings.maxMessageBytes());
        factory.setIdleTimeout(
                settings.ping().multipliedBy(2).plus(settings.pongTimeout()).plus(Duration.ofSeconds(5)));
        factory.setCreator(this::upgrade);
    }

    private Object upgrade(JettyServerUpgradeRequest request, JettyServerUpgradeResponse response) {
        if (draining) {
            response.setHeader("Retry-After", "1");
            return refuse(response, 503, "The host is being updated; connect again.");
        }
        if (!realtime.origins().allow(request.getHeader("Origin"), request.getHeader("Host"))) {
            return refuse(response, 403, "This origin may not connect.");
        }
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
        var parameters = request.getParameterMap();
        return parameters.getOrDefault("format", List.of()).contains("protobuf")
                || parameters.getOrDefault("cf_protocol", List.of()).contains("protobuf");
    }

    private static Object refuse(JettyServerUpgradeResponse response, int status, String why) {
        try {
            response.sendError(status, why);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return null;
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
