package dev.seneschal.realtime.transport;

import dev.seneschal.api.access.AuthenticationException;
import dev.seneschal.api.access.Permissions;
import dev.seneschal.api.storage.StorageUnavailableException;
import dev.seneschal.realtime.Realtime;
import dev.seneschal.realtime.connection.Authenticator.TenantRefusedException;
import dev.seneschal.realtime.connection.Connection.Opening;
import dev.seneschal.realtime.connection.Identity;
import dev.seneschal.realtime.hub.ChannelKey;
import dev.seneschal.realtime.hub.LogAwayException;
import dev.seneschal.realtime.hub.StreamPosition;
import dev.seneschal.realtime.hub.TooManyChannelsException;
import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.servlet.whiteboard.propertytypes.HttpWhiteboardServletAsyncSupported;
import org.osgi.service.servlet.whiteboard.propertytypes.HttpWhiteboardServletPattern;

/** {@code GET /api/v1/stream?channel=…}: channels as plain server-sent events. */
@Component(service = Servlet.class)
@HttpWhiteboardServletAsyncSupported
@HttpWhiteboardServletPattern("/api/v1/stream")
public final class EventStreamEndpoint extends HttpServlet {

    private static final long serialVersionUID = 1L;

    private static final String TRANSPORT = "stream";

    private final transient Realtime realtime;
    private volatile boolean draining;

    /** Serves this node's channels. */
    @Activate
    public EventStreamEndpoint(@Reference Realtime realtime) {
        this.realtime = realtime;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (draining) {
            Http.unavailable(response, "The host is being updated; connect again.");
            return;
        }
        if (!realtime.origins().allow(request.getHeader("Origin"), request.getHeader("Host"))) {
            Http.problem(response, 403, "Forbidden", "This origin may not connect.");
            return;
        }
        Http.allowOrigin(request, response);
        var channels = positions(request, response);
        if (channels == null) {
            return;
        }
        try {
            var identity = realtime.authenticator().identify(Http.credentials(request));
            if (identity.caller().may(Permissions.REALTIME_SUBSCRIBE)) {
                stream(request, response, identity, channels);
            } else {
                Http.problem(response, 403, "Forbidden", "This needs the permission realtime:subscribe.");
            }
        } catch (AuthenticationException e) {
            response.setHeader("WWW-Authenticate", "Basic realm=\"Seneschal\", Bearer");
            Http.problem(response, 401, "Unauthorized", "This needs a local account or an API key.");
        } catch (TenantRefusedException e) {
            Http.problem(response, 403, "Forbidden", "There is no such tenant for this caller.");
        } catch (StorageUnavailableException e) {
            Http.unavailable(response, "Callers cannot be authenticated at present; try again shortly.");
        }
    }

    /** Returns the channels and the position to recover in each, or null if the request is faulty, which is answered then. */
    private Map<String, StreamPosition> positions(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        var names = request.getParameterValues("channel");
        int most = realtime.clients().settings().maxChannels();
        var positions = new LinkedHashMap<String, StreamPosition>();
        for (var name : names == null ? new String[0] : names) {
            if (!ChannelKey.wellFormed(name)) {
                positions.clear();
                break;
            }
            positions.put(name, null);
        }
        if (positions.isEmpty() || positions.size() > most) {
            Http.problem(response, 400, "Bad Request", "Name 1 to " + most + " channels, each of 1 to 255 characters.");
            return null;
        }
        var last = request.getHeader("Last-Event-ID");
        if (last != null && !last.isEmpty() && !recover(last, positions)) {
            Http.problem(
                    response,
                    400,
                    "Bad Request",
                    "Last-Event-ID is not one of a stream of these channels in this order.");
            return null;
        }
        return positions;
    }

    private static boolean recover(String lastEventId, Map<String, StreamPosition> positions) {
        var parts = lastEventId.split(",", -1);
        if (parts.length != positions.size()) {
            return false;
        }
        int index = 0;
        for (var position : positions.entrySet()) {
            var part = parts[index++];
            int colon = part.lastIndexOf(':');
            var offset = part.substring(colon + 1);
            if (colon < 0 || !offset.matches("\\d{1,18}")) {
                return false;
            }
            position.setValue(new StreamPosition(part.substring(0, colon), Long.parseLong(offset)));
        }
        return true;
    }

    private void stream(
            HttpServletRequest request,
            HttpServletResponse response,
            Identity identity,
            Map<String, StreamPosition> channels)
            throws IOException {
        var out = response.getOutputStream();
        var async = Http.stream(request, response, Framing.RAW);
        var wire = new StreamWire(async, out, Framing.RAW);
        var clients = realtime.clients();
        var stream = new AtomicReference<EventStream>();
        var connection = clients.open(new Opening(TRANSPORT, request.getRemoteAddr(), wire), opened -> {
            stream.set(new EventStream(opened, clients.settings()));
            return stream.get();
        });
        connection.identified(identity);
        try {
            stream.get().join(realtime.hub(), identity, channels);
        } catch (LogAwayException | TooManyChannelsException e) {
            connection.transportClosed();
            try {
                Http.unavailable(response, "The channels cannot be reached at present; try again shortly.");
            } finally {
                async.complete();
            }
            return;
        }
        wire.start(connection::transportClosed);
    }

    @Override
    public void destroy() {
        draining = true;
        realtime.clients().drain(Set.of(TRANSPORT));
    }
}
