package dev.seneschal.realtime.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.seneschal.api.http.Problem;
import dev.seneschal.api.http.Request;
import dev.seneschal.api.http.Response;
import dev.seneschal.api.http.Route;
import dev.seneschal.api.realtime.Channels;
import dev.seneschal.api.storage.StorageUnavailableException;
import dev.seneschal.api.tenant.TenantId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class RealtimeApiTest {

    private static final TenantId ACME = new TenantId("acme");

    private final ObjectMapper json = new ObjectMapper();
    private final RealtimeApi api = new RealtimeApi(new FiveOfEach());

    /** Five connections and channels of one tenant, one of another. */
    private static final class FiveOfEach implements Channels {

        @Override
        public void publish(TenantId tenant, String channel, String data) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Connection> connections() {
            return IntStream.rangeClosed(0, 5)
                    .mapToObj(i -> new Connection(
                            new UUID(1, i), i == 0 ? ACME : TenantId.DEFAULT, "u", "sse", "::1", i, 0, Instant.EPOCH))
                    .toList();
        }

        @Override
        public List<Channel> channels() {
            return IntStream.rangeClosed(0, 5)
                    .mapToObj(i -> new Channel(i == 0 ? ACME : TenantId.DEFAULT, "events:" + i, 1, "e", i))
                    .toList();
        }
    }

    private Response get(String path, Map<String, List<String>> query) throws Exception {
        var route = api.routes().stream()
                .filter(candidate -> candidate.path().equals(path))
                .findFirst()
                .orElseThrow();
        return route.handler()
                .handle(new Request("GET", path, Map.of(), query, Map.of(), new byte[0], null, TenantId.DEFAULT));
    }

    @Test
    void listsTheCallersTenantOnlyPageByPage() throws Exception {
        for (var list : List.of("connections", "channels")) {
            var path = "/api/v1/realtime/" + list;
            var first = get(path, Map.of("limit", List.of("3")));
            var link = first.headers().get("Link");
            var cursor = link.replaceAll(".*cursor=([^&]+)&.*", "$1");
            var second = get(path, Map.of("limit", List.of("3"), "cursor", List.of(cursor)));

            assertThat(json.readTree(first.body()).at("/" + list)).hasSize(3);
            assertThat(json.readTree(second.body()).at("/" + list)).hasSize(2);
            assertThat(second.headers()).doesNotContainKey("Link");
        }
    }

    @Test
    void refusesFaultyPaging() {
        for (var query : List.of(
                Map.of("limit", List.of("0")),
                Map.of("limit", List.of("1001")),
                Map.of("limit", List.of("x")),
                Map.of("cursor", List.of("%%%")))) {
            assertThatThrownBy(() -> get("/api/v1/realtime/channels", query))
                    .as(query.toString())
                    .isInstanceOf(Problem.class);
        }
    }

    @Test
    void saysThatMetricsAreUnavailableWhileThereIsNoDatabase() {
        assertThatThrownBy(() -> get("/api/v1/metrics/live", Map.of())).isInstanceOf(StorageUnavailableException.class);
    }

    @Test
    void describesEveryRouteAndItsPermission() throws Exception {
        var description = json.readTree(api.openApi());

        for (Route route : api.routes()) {
            var operation = description.path("paths").path(route.path()).path("get");
            assertThat(operation.path("x-permission").asText()).as(route.path()).isEqualTo(route.permission());
        }
    }
}
