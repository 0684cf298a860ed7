package dev.seneschal.realtime.transport;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.seneschal.realtime.Realtime;
import dev.seneschal.realtime.connection.Connection;
import dev.seneschal.realtime.connection.Connection.Opening;
import dev.seneschal.realtime.protocol.EmulationAddress;
import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.servlet.whiteboard.propertytypes.HttpWhiteboardServletAsyncSupported;
import org.osgi.service.servlet.whiteboard.propertytypes.HttpWhiteboardServletPattern;

/**
 * The Centrifuge protocol over plain HTTP: a response that goes on brings what the server says, and each further command
 * comes as a request of its own, with the secret that the answer to connect has told.
 */
@Component(service = Servlet.class)
@HttpWhiteboardServletAsyncSupported
@HttpWhiteboardServletPattern({StreamEndpoint.SSE_PATH, StreamEndpoint.LINES_PATH, StreamEndpoint.EMULATION_PATH})
public final class StreamEndpoint extends HttpServlet {

    private static final long serialVersionUID = 1L;

    static final String SSE_PATH = "/connection/sse";
    static final String LINES_PATH = "/connection/http_stream";
    static final String EMULATION_PATH = "/emulation";

    private static final String SSE = "sse";
    private static final String LINES = "http_stream";

    private final transient Realtime realtime;
    private final transient ObjectMapper mapper = new ObjectMapper();
    private final transient Map<String, Connection> bySession = new ConcurrentHashMap<>();
    private volatile boolean draining;

    /** Serves this node's sessions. */
    @Activate
    public StreamEndpoint(@Reference Realtime realtime) {
        this.realtime = realtime;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (draining) {
            Http.unavailable(response, "The host is being updated; connect again.");
            return;
        }
        if (!realtime.origins().allow(request.getHeader("Origin"), request.getHeader("Host"))) {
            Http.problem(response, 403, "Forbidden", "This origin may not connect.");
            return;
        }
        Http.allowOrigin(request, response);
        switch (request.getMethod() + " " + request.getServletPath()) {
            case "GET " + SSE_PATH -> open(request, response, SSE, request.getParameter("cf_connect"));
            case "POST " + SSE_PATH -> open(request, response, SSE, body(request, response));
            case "POST " + LINES_PATH -> open(request, response, LINES, body(request, response));
            case "POST " + EMULATION_PATH -> command(body(request, response), response);
            case "OPTIONS " + SSE_PATH, "OPTIONS " + LINES_PATH, "OPTIONS " + EMULATION_PATH -> preflight(response);
            default -> Http.problem(response, 405, "Method Not Allowed", "This resource has no such method.");
        }
    }

    private static void preflight(HttpServletResponse response) {
        response.setHeader("Access-Control-Allow-Methods", "GET, POST");
        response.setHeader("Access-Control-Allow-Headers", "Authorization, Content-Type, Seneschal-Tenant");
        response.setHeader("Access-Control-Max-Age", "300");
        response.setStatus(HttpServletResponse.SC_NO_CONTENT);
    }

    /** Returns the body, or null if it is too long, which has been answered then. */
    private String body(HttpServletRequest request, HttpServletResponse response) throws IOException {
        // A command wrapped for emulation is a JSON string: in the worst case each of its characters is escaped.
        int limit = realtime.clients().settings().maxMessageBytes() * 2;
        var body = request.getInputStream().readNBytes(limit + 1);
        if (body.length > limit) {
            Http.problem(response, 413, "Content Too Large", "A request may have " + limit + " bytes.");
            return null;
        }
        return new String(body, StandardCharsets.UTF_8);
    }

    private void open(HttpServletRequest request, HttpServletResponse response, String transport, String commands)
            throws IOException {
        if (response.getStatus() == HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE) {
            return;
        }
        if (commands == null || commands.isBlank()) {
            Http.problem(response, 400, "Bad Request", "The request brings no command; the first one is connect.");
            return;
        }
        var framing = transport.equals(SSE) ? Framing.SERVER_SENT_EVENTS : Framing.LINES;
        var credentials = Http.credentials(request);
        var async = Http.stream(request, response, framing);
        var wire = new StreamWire(async, response.getOutputStream(), framing);
        var address = new EmulationAddress(UUID.randomUUID().toString(), realtime.node());
        var connection =
                realtime.sessions().begin(new Opening(transport, credentials.remote(), wire), credentials, address);
        bySession.put(address.session(), connection);
        wire.start(() -> {
            bySession.remove(address.session());
            connection.transportClosed();
        });
        connection.receive(commands, () -> {});
    }

    private void command(String body, HttpServletResponse response) throws IOException {
        if (body == null) {
            return;
        }
        JsonNode json;
        try {
            json = mapper.readTree(body);
        } catch (JsonProcessingException e) {
            json = mapper.missingNode();
        }
        if (!json.path("session").isTextual() || !json.path("data").isTextual()) {
            Http.problem(response, 400, "Bad Request", "The body is an object with session, node and data.");
            return;
        }
        var connection = bySession.get(json.path("session").textValue());
        if (connection == null || !realtime.node().equals(json.path("node").textValue())) {
            Http.problem(response, 404, "Not Found", "There is no such session on this node.");
            return;
        }
        connection.receive(json.path("data").textValue(), () -> {});
        response.setStatus(HttpServletResponse.SC_NO_CONTENT);
    }

    @Override
    public void destroy() {
        draining = true;
        realtime.clients().drain(Set.of(SSE, LINES));
    }
}
