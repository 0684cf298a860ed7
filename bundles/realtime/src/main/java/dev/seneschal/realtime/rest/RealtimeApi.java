package dev.seneschal.realtime.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.seneschal.api.access.Permissions;
import dev.seneschal.api.http.Page;
import dev.seneschal.api.http.Request;
import dev.seneschal.api.http.Response;
import dev.seneschal.api.http.RestApi;
import dev.seneschal.api.http.Route;
import dev.seneschal.api.realtime.Channels;
import dev.seneschal.api.service.Best;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.api.storage.StorageUnavailableException;
import dev.seneschal.realtime.Realtime;
import dev.seneschal.realtime.metrics.MetricStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Connections, channels and the newest metrics of the caller's tenant. */
@Component
public final class RealtimeApi implements RestApi {

    private final Channels channels;
    private final ObjectMapper mapper = new ObjectMapper();
    private volatile Storage storage;
    private Best<Storage> followed;

    /** Shows this node's channels. */
    @Activate
    public RealtimeApi(@Reference Realtime realtime) {
        this((Channels) realtime);
    }

    /** Shows these channels. */
    public RealtimeApi(Channels channels) {
        this.channels = channels;
    }

    /** Reads from whatever database there is. */
    @Activate
    void start(BundleContext context) {
        followed = Best.follow(context, Storage.class, "(schema=realtime)", this::use);
    }

    /** Lets the database go. */
    @Deactivate
    void stop() {
        followed.close();
    }

    /** Reads from this database from now on; null if there is none. */
    public void use(Storage database) {
        storage = database;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                new Route("GET", "/api/v1/realtime/connections", Permissions.REALTIME_READ, this::connections),
                new Route("GET", "/api/v1/realtime/channels", Permissions.REALTIME_READ, this::channels),
                new Route("GET", "/api/v1/metrics/live", Permissions.REALTIME_READ, this::metrics));
    }

    private Response connections(Request request) {
        var mine = channels.connections().stream()
                .filter(connection -> connection.tenant().equals(request.tenant()))
                .toList();
        var page = Page.of(mine, connection -> connection.client().toString(), request);
        var array = mapper.createArrayNode();
        for (var connection : page.elements()) {
            array.addObject()
                    .put("client", connection.client().toString())
                    .put("user", connection.user())
                    .put("transport", connection.transport())
                    .put("remote", connection.remote())
                    .put("channels", connection.channels())
                    .put("queuedBytes", connection.queuedBytes())
                    .put("since", connection.since().toString());
        }
        return page.link(json("connections", array));
    }

    private Response channels(Request request) {
        var mine = channels.channels().stream()
                .filter(channel -> channel.tenant().equals(request.tenant()))
                .toList();
        var page = Page.of(mine, Channels.Channel::name, request);
        var array = mapper.createArrayNode();
        for (var channel : page.elements()) {
            array.addObject()
                    .put("name", channel.name())
                    .put("subscribers", channel.subscribers())
                    .put("epoch", channel.epoch())
                    .put("offset", channel.offset());
        }
        return page.link(json("channels", array));
    }

    private Response metrics(Request request) throws JsonProcessingException {
        var present = storage;
        if (present == null) {
            throw new StorageUnavailableException("The metrics cannot be read at present; try again shortly.", null);
        }
        var page = Page.of(new MetricStore(present).list(request.tenant()), MetricStore.LiveMetric::key, request);
        var array = mapper.createArrayNode();
        for (var metric : page.elements()) {
            array.addObject()
                    .put("key", metric.key())
                    .put("lastUpdated", metric.updatedAt().toString())
                    .set("value", mapper.readTree(metric.value()));
        }
        return page.link(json("metrics", array));
    }

    private Response json(String name, ArrayNode items) {
        return Response.json(200, mapper.createObjectNode().set(name, items).toString());
    }

    @Override
    public String openApi() {
        try (var part = RealtimeApi.class.getResourceAsStream("/openapi/realtime.json")) {
            return new String(part.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
