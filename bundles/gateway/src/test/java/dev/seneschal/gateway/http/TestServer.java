package dev.seneschal.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.seneschal.api.access.Access;
import dev.seneschal.api.access.AuthenticationException;
import dev.seneschal.api.access.Caller;
import dev.seneschal.api.tenant.Tenant;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.api.tenant.Tenants;
import dev.seneschal.gateway.route.RestApis;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The gateway's servlet on a real Jetty, with a few callers and tenants. */
final class TestServer implements AutoCloseable {

    static final int MOST_BYTES = 1 << 20;

    /** Few, so that a test can occupy them all. */
    static final int THREADS = 8;

    /** As in production: longer than any other patience, so that no test is saved by it. */
    private static final int IDLE_MILLIS = 60_000;

    static final UUID SESSION = UUID.fromString("0192f0c1-7d7c-7e6a-8f00-1234567890ab");

    private static final Map<String, Caller> CALLERS = Map.of(
            "Bearer admin", new Caller("user:ann", Caller.Kind.ACCOUNT, null, Set.of("*"), null),
            "Bearer publisher", key(Set.of(TenantId.DEFAULT), "events:publish"),
            "Bearer reader", key(Set.of(TenantId.DEFAULT), "events:read"),
            "Bearer session", new Caller("user:bob", Caller.Kind.ACCOUNT, null, Set.of("events:*"), SESSION),
            "Bearer orphan", key(Set.of(new TenantId("umbrella")), "events:*"),
            "Bearer nowhere", key(Set.of(), "events:*"),
            "Bearer two", key(Set.of(new TenantId("acme"), new TenantId("umbrella")), "events:*"));

    private final ObjectMapper mapper = new ObjectMapper();
    private final HttpClient client = HttpClient.newHttpClient();
    private final Server server = new Server(new QueuedThreadPool(THREADS));
    private final ServerConnector connector = new ServerConnector(server);
    private final HttpMeters meters = new HttpMeters();
    private final GatewayServlet servlet;

    TestServer(RestApis apis) throws Exception {
        this(apis, new TokenAccess(), Duration.ofSeconds(5), 8, false);
    }

    TestServer(RestApis apis, Access access, Duration handlerPatience, int workers) throws Exception {
        this(apis, access, handlerPatience, workers, false);
    }

    TestServer(RestApis apis, Access access, Duration handlerPatience, int workers, boolean localMetrics)
            throws Exception {
        var limits = new Gateway.Limits(MOST_BYTES, Duration.ofSeconds(2), handlerPatience, workers);
        servlet = new GatewayServlet(apis, meters, limits, access, new FewTenants(), localMetrics);
        var context = new ServletContextHandler();
        var holder = new ServletHolder(servlet);
        holder.setAsyncSupported(true);
        context.addServlet(holder, "/");
        connector.setHost("127.0.0.1");
        connector.setIdleTimeout(IDLE_MILLIS);
        server.addConnector(connector);
        server.addConnector(new ServerErrors().createConnector(server));
        server.setHandler(context);
        server.start();
    }

    private static Caller key(Set<TenantId> tenants, String... permissions) {
        return new Caller("key:test", Caller.Kind.KEY, tenants, Set.of(permissions), null);
    }

    HttpMeters meters() {
        return meters;
    }

    HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        return send("GET", path, new byte[0], headers);
    }

    HttpResponse<String> post(String path, String body, String... headers) throws IOException, InterruptedException {
        return send("POST", path, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    HttpResponse<String> send(String method, String path, byte[] body, String... headers)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + connector.getLocalPort() + path))
                .timeout(Duration.ofSeconds(20))
                .method(method, body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    /** Sends bytes as they are and leaves the connection open. */
    Socket begin(String request) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), connector.getLocalPort());
        socket.setSoTimeout(10_000);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
        return socket;
    }

    /** Sends bytes as they are and returns all that comes back. */
    String raw(String request) throws IOException {
        try (var socket = begin(request)) {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    JsonNode json(HttpResponse<String> response) throws IOException {
        return mapper.readTree(response.body());
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("Jetty did not stop", e);
        }
        servlet.close();
    }

    /** Knows tokens by heart. */
    static final class TokenAccess implements Access {

        @Override
        public Caller authenticate(String authorization, String remote) {
            if (authorization == null || !CALLERS.containsKey(authorization)) {
                var wait = "Bearer locked".equals(authorization) ? Duration.ofMillis(7_500) : null;
                throw new AuthenticationException("The credentials are not valid.", wait);
            }
            return CALLERS.get(authorization);
        }

        @Override
        public CreatedKey createKey(
                TenantId tenant, String name, Set<String> permissions, Instant expiresAt, String actor) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<ApiKey> keys(TenantId tenant) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean revokeKey(TenantId tenant, UUID id, String actor) {
            throw new UnsupportedOperationException();
        }
    }

    /** Knows two tenants. */
    private static final class FewTenants implements Tenants {

        @Override
        public Tenant create(TenantId id, String title, String actor) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Tenant> list() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean exists(TenantId id) {
            return id.equals(TenantId.DEFAULT) || id.value().equals("acme");
        }
    }
}
