package dev.seneschal.gateway.http;

import java.nio.charset.StandardCharsets;
import org.apache.felix.http.jetty.ConnectorFactory;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.servlet.runtime.HttpServiceRuntime;

/**
 * Answers with a problem what never reaches a servlet, such as a malformed request, where the server would send a page of its
 * own.
 *
 * <p>Felix shows its server to makers of connectors only, so this is one. Nobody can connect to its connector, and it has no
 * thread.
 * It waits for a server that runs: Felix lists the connectors as it starts one, and fails on one without a port.
 */
@Component(reference = @Reference(name = "running", service = HttpServiceRuntime.class))
public final class ServerErrors implements ConnectorFactory {

    @Activate
    public ServerErrors() {
        // The server comes to us.
    }

    @Override
    public Connector createConnector(Server server) {
        return new Hook(server);
    }

    /** Changes the answers of the server for as long as this bundle is here. */
    private static final class Hook extends AbstractConnector {

        private final Server server;
        private final Request.Handler before;

        Hook(Server server) {
            super(server, null, null, null, 0, new HttpConnectionFactory());
            this.server = server;
            this.before = server.getErrorHandler();
        }

        @Override
        public Object getTransport() {
            return null;
        }

        /** Never called: this connector has no acceptors. */
        @Override
        protected void accept(int acceptor) {
            throw new UnsupportedOperationException("There is no acceptor.");
        }

        @Override
        protected void doStart() throws Exception {
            super.doStart();
            server.setErrorHandler(ServerErrors::answer);
        }

        @Override
        protected void doStop() throws Exception {
            server.setErrorHandler(before);
            super.doStop();
        }
    }

    static boolean answer(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        var detail =
                switch (status) {
                    case HttpStatus.NOT_FOUND_404 -> "There is nothing at this address.";
                    case HttpStatus.INTERNAL_SERVER_ERROR_500 -> "The server failed.";
                    default -> "The server cannot take this request: its URI, its headers or its form is not allowed.";
                };
        var body = "{\"type\":\"about:blank\",\"title\":\"" + HttpStatus.getMessage(status) + "\",\"status\":" + status
                + ",\"detail\":\"" + detail + "\"}";
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/problem+json");
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.getBytes(StandardCharsets.UTF_8).length);
        Content.Sink.write(response, true, body, callback);
        return true;
    }
}
