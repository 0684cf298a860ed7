package dev.seneschal.gateway.http;

import dev.seneschal.api.health.HealthProbe;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Dictionary;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.servlet.runtime.HttpServiceRuntime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees whether the HTTP server listens. If its port is in use, the server logs "no connectors available" and stays away;
 * this says which port it is and what to change. Safe for use by any thread.
 */
@Component(
        service = {HealthProbe.class, HttpProbe.class},
        immediate = true)
public final class HttpProbe implements HealthProbe, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HttpProbe.class);
    private static final String PID = "org.apache.felix.http";
    private static final String PORT = "org.osgi.service.http.port";
    private static final String HOST = "org.apache.felix.http.host";
    private static final String ENDPOINT = "osgi.http.endpoint";
    private static final Duration START = Duration.ofSeconds(10);

    private final ConfigurationAdmin configurations;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread;
    private volatile Map<String, Object> runtime = Map.of();

    @Activate
    public HttpProbe(@Reference ConfigurationAdmin configurations) {
        this(configurations, START);
    }

    HttpProbe(ConfigurationAdmin configurations, Duration start) {
        this.configurations = configurations;
        this.thread = new Thread(() -> watchStart(start), "seneschal-http-probe");
        thread.setDaemon(true);
        thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
    }

    /** Begins to watch the server's start. */
    @Activate
    void start() {
        thread.start();
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            updated = "setRuntime",
            unbind = "unsetRuntime")
    void setRuntime(HttpServiceRuntime service, Map<String, Object> properties) {
        runtime = Map.copyOf(properties);
    }

    void unsetRuntime(HttpServiceRuntime service) {
        runtime = Map.of();
    }

    private void watchStart(Duration start) {
        try {
            if (!stop.await(start.toMillis(), TimeUnit.MILLISECONDS)
                    && endpoints().isEmpty()) {
                LOG.error("{}", complaint());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns the URLs at which the server listens; none while it does not. */
    public List<String> endpoints() {
        var value = runtime.get(ENDPOINT);
        var urls = value instanceof String[] several
                ? List.of(several)
                : value instanceof String one ? List.of(one) : List.<String>of();
        return urls.stream().filter(url -> url.startsWith("http")).toList();
    }

    @Override
    public String name() {
        return "http";
    }

    @Override
    public Health check() {
        var endpoints = endpoints();
        return endpoints.isEmpty()
                ? new Health(Status.DOWN, complaint())
                : new Health(Status.UP, String.join(" ", endpoints));
    }

    private String complaint() {
        var settings = settings();
        var host = settings == null || settings.get(HOST) == null
                ? ""
                : settings.get(HOST).toString();
        var port = settings == null || settings.get(PORT) == null
                ? "8080"
                : settings.get(PORT).toString();
        var where = (host.isEmpty() ? "port " : host + " port ") + port;
        return obstacle(host, port)
                .map(obstacle -> "HTTP does not listen: " + where + " " + obstacle + " Change " + PORT + " or " + HOST
                        + " in etc/" + PID + ".cfg.")
                .orElse("HTTP does not listen on " + where + ", though it could; the log has what the server said. "
                        + PORT + " and " + HOST + " are in etc/" + PID + ".cfg.");
    }

    private Dictionary<String, Object> settings() {
        try {
            return configurations.getConfiguration(PID, null).getProperties();
        } catch (IOException e) {
            LOG.debug("The settings of the HTTP server cannot be read", e);
            return null;
        }
    }

    /** Returns why nobody can listen there, if so. */
    private static Optional<String> obstacle(String host, String port) {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(
                    host.isEmpty() ? null : InetAddress.getByName(host), Integer.parseInt(port.strip())));
            return Optional.empty();
        } catch (UnknownHostException e) {
            return Optional.of("is no address: the host is not known.");
        } catch (IOException e) {
            var message = String.valueOf(e.getMessage());
            return Optional.of(
                    message.contains("in use")
                            ? "is in use by another process; end it."
                            : "is refused: " + message + ".");
        } catch (IllegalArgumentException e) {
            return Optional.of("is no port: it must be a number of 0 to 65535.");
        }
    }

    @Deactivate
    @Override
    public void close() {
        stop.countDown();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
