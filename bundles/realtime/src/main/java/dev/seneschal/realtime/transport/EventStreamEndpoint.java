package dev.seneschal.realtime.transport;

import dev.seneschal.api.access.Permissions;
import dev.seneschal.api.storage.StorageUnavailableException;
import dev.seneschal.realtime.Realtime;
import dev.seneschal.realtime.connection.Connection.Opening;
import dev.seneschal.realtime.connection.Credentials;
import dev.seneschal.realtime.hub.ChannelKey;
import dev.seneschal.realtime.hub.StreamPosition;
import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
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
        if (!request.getMethod().equals("GET")) {
            response.setHeader("Allow", "GET");
            throw new Refusal(405, "Method Not Allowed", "This resource has no such method.");
        }
        var channels = positions(request);
        var credentials = Http.credentials(request);
        var admission = new Admission(Http.async(request));
        var clients = realtime.clients();
        var alarm = clients.after(
                clients.settings().connectTimeout(),
                () -> admission.refuse(
                        new StorageUnavailableException("It cannot be told in time who is asking.", null)));
        clients.work(() -> {
            try {
                admit(admission, credentials, channels);
            } catch (Throwable e) { // an Error too: somebody waits for an answer
                admission.refuse(e);
            } finally {
                alarm.cancel(false);
            }
        });
    }

    private void admit(Admission admission, Credentials credentials, Map<String, StreamPosition> channels)
            throws IOException {
        if (admission.isOver()) {
            return;
        }
        var identity = realtime.authenticator().identify(credentials);
        if (!identity.caller().may(Permissions.REALTIME_SUBSCRIBE)) {
            throw new Refusal(403, "Forbidden", "This needs the permission realtime:subscribe.");
        }
        var async = admission.exchange();
        var wire = new StreamWire(async, async.getResponse().getOutputStream(), Framing.RAW);
        var clients = realtime.clients();
        var stream = new AtomicReference<EventStream>();
        var connection = clients.open(new Opening(TRANSPORT, credentials.remote(), wire), opened -> {
            stream.set(new EventStream(opened, clients.settings()));
            return stream.get();
        });
        connection.identified(identity);
        boolean streaming = false;
        try {
            stream.get().join(realtime.hub(), identity, channels);
            if (admission.grant()) {
                Http.stream((HttpServletResponse) async.getResponse(), Framing.RAW);
                wire.start(connection::transportClosed);
                streaming = true;
            }
        } finally {
            if (!streaming) {
                connection.transportClosed();
            }
        }
    }

    /** Returns the channels and the position to recover in each. */
    private Map<String, StreamPosition> positions(HttpServletRequest request) {
        int most = realtime.clients().settings().maxChannels();
        var positions = new LinkedHashMap<String, StreamPosition>();
        for (var name : names(request)) {
            if (!ChannelKey.wellFormed(name)) {
                positions.clear();
                break;
            }
            positions.put(name, null);
        }
        if (positions.isEmpty() || positions.size() > most) {
            throw new Refusal(400, "Bad Request", "Name 1 to " + most + " channels, each of 1 to 255 characters.");
        }
        var last = request.getHeader("Last-Event-ID");
        if (last != null && !last.isEmpty() && !recover(last, positions)) {
            throw new Refusal(
                    400, "Bad Request", "Last-Event-ID is not one of a stream of these channels in this order.");
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

    private static List<String> names(HttpServletRequest request) {
        try {
            return Query.values(request.getQueryString(), "channel");
        } catch (IllegalArgumentException e) {
            throw new Refusal(400, "Bad Request", "The query is not percent-encoded as UTF-8.");
        }
    }

    @Override
    public void destroy() {
        draining = true;
        realtime.clients().drain(Set.of(TRANSPORT));
    }
}
