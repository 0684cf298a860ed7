package dev.seneschal.realtime.transport;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.seneschal.realtime.Realtime;
import dev.seneschal.realtime.connection.Connection;
import dev.seneschal.realtime.connection.Connection.Opening;
import dev.seneschal.realtime.protocol.EmulationAddress;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
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
    protected void service(HttpServletRequest request, HttpServletResponse response) {
        try {
            serve(request, response);
        } catch (Throwable e) { // an Error too: the server would answer it with a page of its own
            if (request.isAsyncStarted()) {
                Http.end(request.getAsyncContext(), e);
            } else {
                Http.answer(response, e);
            }
        }
    }

    private void serve(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (draining) {
            Http.unavailable(response, "The host is being updated; connect again.");
            return;
        }
        if (!realtime.origins().allow(request.getHeader("Origin"), request.getHeader("Host"))) {
            throw new Refusal(403, "Forbidden", "This origin may not connect.");
        }
        Http.allowOrigin(request, response);
        switch (request.getMethod() + " " + request.getServletPath()) {
            case "GET " + SSE_PATH -> open(request, Http.async(request), SSE, connect(request));
            case "POST " + SSE_PATH -> read(request, (async, body) -> open(request, async, SSE, body));
            case "POST " + LINES_PATH -> read(request, (async, body) -> open(request, async, LINES, body));
            case "POST " + EMULATION_PATH -> read(request, this::command);
            case "OPTIONS " + SSE_PATH, "OPTIONS " + LINES_PATH, "OPTIONS " + EMULATION_PATH -> preflight(response);
            default -> throw new Refusal(405, "Method Not Allowed", "This resource has no such method.");
        }
    }

    private static void preflight(HttpServletResponse response) {
        response.setHeader("Access-Control-Allow-Methods", "GET, POST");
        response.setHeader("Access-Control-Allow-Headers", "Authorization, Content-Type, Seneschal-Tenant");
        response.setHeader("Access-Control-Max-Age", "300");
        response.setStatus(HttpServletResponse.SC_NO_CONTENT);
    }

    private static String connect(HttpServletRequest request) {
        try {
            return String.join("", Query.values(request.getQueryString(), "cf_connect"));
        } catch (IllegalArgumentException e) {
            throw new Refusal(400, "Bad Request", "The query is not percent-encoded as UTF-8.");
        }
    }

    private void read(HttpServletRequest request, Whole whole) throws IOException {
        var async = Http.async(request);
        var unused = Body.of(request, realtime.clients())
                .thenAccept(body -> {
                    try {
                        whole.arrived(async, body);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .exceptionally(failure -> {
                    Http.end(async, failure);
                    return null;
                });
    }

    private void open(HttpServletRequest request, AsyncContext async, String transport, String commands)
            throws IOException {
        if (commands.isBlank()) {
            throw new Refusal(400, "Bad Request", "The request brings no command; the first one is connect.");
        }
        var framing = transport.equals(SSE) ? Framing.SERVER_SENT_EVENTS : Framing.LINES;
        var credentials = Http.credentials(request);
        Http.stream((HttpServletResponse) async.getResponse(), framing);
        var wire = new StreamWire(async, async.getResponse().getOutputStream(), framing);
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

    private void command(AsyncContext async, String body) {
        JsonNode json;
        try {
            json = mapper.readTree(body);
        } catch (JsonProcessingException e) {
            json = mapper.missingNode();
        }
        if (!json.path("session").isTextual() || !json.path("data").isTextual()) {
            throw new Refusal(400, "Bad Request", "The body is an object with session, node and data.");
        }
        var connection = bySession.get(json.path("session").textValue());
        if (connection == null || !realtime.node().equals(json.path("node").textValue())) {
            throw new Refusal(404, "Not Found", "There is no such session on this node.");
        }
        connection.receive(json.path("data").textValue(), () -> {});
        ((HttpServletResponse) async.getResponse()).setStatus(HttpServletResponse.SC_NO_CONTENT);
        Http.complete(async);
    }

    /** What to do with a body once it is whole. */
    @FunctionalInterface
    private interface Whole {
        void arrived(AsyncContext async, String body) throws IOException;
    }

    @Override
    public void destroy() {
        draining = true;
        realtime.clients().drain(Set.of(SSE, LINES));
    }
}
