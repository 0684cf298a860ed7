package dev.seneschal.realtime.transport;

import dev.seneschal.realtime.Realtime;
import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.ee10.websocket.server.JettyWebSocketServerContainer;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.util.Blocker;
import org.eclipse.jetty.websocket.common.JettyWebSocketFrameHandlerFactory;
import org.eclipse.jetty.websocket.core.Configuration.ConfigurationCustomizer;
import org.eclipse.jetty.websocket.core.server.ServerUpgradeRequest;
import org.eclipse.jetty.websocket.core.server.ServerUpgradeResponse;
import org.eclipse.jetty.websocket.core.server.WebSocketMappings;
import org.eclipse.jetty.websocket.core.server.WebSocketNegotiator;
import org.eclipse.jetty.websocket.core.server.WebSocketServerComponents;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.servlet.whiteboard.propertytypes.HttpWhiteboardServletPattern;

/**
 * The Centrifuge protocol over WebSocket.
 *
 * <p>It upgrades by itself and not as a {@code JettyWebSocketServlet}: that one's factory of frame handlers belongs to the
 * web server and remembers every class of sockets it has seen, and so the class loader of every bundle that had any. The
 * factory here ends with this servlet.
 *
 * <p>It drains in {@link #destroy()}: when a component is deactivated, Jetty has closed the sockets already.
 */
@Component(service = Servlet.class)
@HttpWhiteboardServletPattern("/connection/websocket")
public final class WebSocketEndpoint extends HttpServlet {

    private static final long serialVersionUID = 1L;

    static final String TRANSPORT = "websocket";

    private static final String JSON = "centrifuge-json";
    private static final String PROTOBUF = "centrifuge-protobuf";

    private final transient Realtime realtime;
    private transient Upgrades upgrades;
    private volatile boolean draining;

    /** Serves this node's sessions. */
    @Activate
    public WebSocketEndpoint(@Reference Realtime realtime) {
        this.realtime = realtime;
    }

    private ConfigurationCustomizer limits() {
        var settings = realtime.clients().settings();
        var chosen = new ConfigurationCustomizer();
        chosen.setMaxTextMessageSize(settings.maxMessageBytes());
        chosen.setMaxBinaryMessageSize(settings.maxMessageBytes());
        chosen.setIdleTimeout(
                settings.ping().multipliedBy(2).plus(settings.pongTimeout()).plus(Duration.ofSeconds(5)));
        return chosen;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) {
        try {
            if (draining) {
                Http.unavailable(response, "The host is being updated; connect again.");
            } else if (!realtime.origins().allow(request.getHeader("Origin"), request.getHeader("Host"))) {
                throw new Refusal(403, "Forbidden", "This origin may not connect.");
            } else if (!"websocket".equalsIgnoreCase(request.getHeader("Upgrade")) || !upgrade(request)) {
                throw new Refusal(400, "Bad Request", "This resource speaks WebSocket only.");
            }
        } catch (Throwable e) { // an Error too: the server would answer it with a page of its own
            Http.answer(response, e);
        }
    }

    /** Returns false, with nothing answered, if the request does not follow RFC 6455, section 4.1. */
    private boolean upgrade(HttpServletRequest request) throws IOException {
        var core = ServletContextRequest.getServletContextRequest(request);
        var by = upgrades(core);
        if (!by.mappings().getHandshaker().isWebSocketUpgradeRequest(core)) {
            return false;
        }
        var negotiator = WebSocketNegotiator.from(
                (asked, answer, done) -> socket(request, asked, answer),
                (socket, asked, answer) -> by.sockets().newJettyFrameHandler(socket),
                by.limits());
        try (var done = Blocker.callback()) {
            boolean upgraded = by.mappings().upgrade(negotiator, core, core.getServletContextResponse(), done, null);
            if (upgraded) {
                done.block();
            }
            return upgraded;
        }
    }

    /** Jetty tells its context only to a request: when a servlet begins, the web server itself may not have begun. */
    private synchronized Upgrades upgrades(ServletContextRequest request) {
        if (upgrades == null) {
            var container = JettyWebSocketServerContainer.getContainer(getServletContext());
            if (container == null) {
                throw new IllegalStateException(
                        "The web server speaks no WebSocket; it needs Jetty's container for that.");
            }
            var components =
                    WebSocketServerComponents.getWebSocketComponents(ContextHandler.getContextHandler(request));
            upgrades = new Upgrades(
                    new WebSocketMappings(components),
                    new JettyWebSocketFrameHandlerFactory(container, components),
                    limits());
        }
        return upgrades;
    }

    private record Upgrades(
            WebSocketMappings mappings, JettyWebSocketFrameHandlerFactory sockets, ConfigurationCustomizer limits) {}

    private WebSocketClient socket(
            HttpServletRequest request, ServerUpgradeRequest asked, ServerUpgradeResponse answer) {
        answer.setExtensions(List.of()); // compression costs more memory and time per client than it saves here
        boolean protobuf = asked.hasSubProtocol(PROTOBUF) || asksForProtobuf(request.getQueryString());
        if (asked.hasSubProtocol(protobuf ? PROTOBUF : JSON)) {
            answer.setAcceptedSubProtocol(protobuf ? PROTOBUF : JSON);
        }
        return new WebSocketClient(realtime.sessions(), Http.credentials(request), protobuf);
    }

    private static boolean asksForProtobuf(String query) {
        try {
            return Query.values(query, "format").contains("protobuf")
                    || Query.values(query, "cf_protocol").contains("protobuf");
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @Override
    public void destroy() {
        draining = true;
        realtime.clients().drain(Set.of(TRANSPORT));
    }
}
