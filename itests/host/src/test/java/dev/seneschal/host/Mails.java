package dev.seneschal.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A workflow that mails about every so-many-th event of the stream, and the mails that came of it. */
final class Mails {

    private static final Pattern NEXT = Pattern.compile("<([^>]+)>;\\s*rel=\"?next\"?");

    private final Host host;
    private final int every;

    private Mails(Host host, int every) {
        this.host = host;
        this.every = every;
    }

    /** Sets the workflow up. */
    static Mails aboutEvery(int every, Host host) throws IOException {
        post(
                host,
                "/api/v1/notification/templates",
                """
                {"name":"stream","category":"admin","subject":"Event $event.data.n","text":"Number $event.data.n came."}""");
        post(
                host,
                "/api/v1/notification/workflows",
                """
                {"name":"stream","triggerEvent":"%s",
                 "conditions":{"==":[{"%%":[{"var":"event.data.n"},%d]},0]},
                 "actions":[{"type":"mail","template":"stream","to":"ops@example.org"}]}"""
                        .formatted(EventStream.TYPE, every));
        return new Mails(host, every);
    }

    private static void post(Host host, String path, String body) throws IOException {
        var answer = host.send(host.request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    /**
     * Waits until every delivery has ended, and checks that no mail was sent twice and that none is missing but those on
     * record as {@code unknown}, because the host ended between handing them over and hearing the answer.
     */
    void assertEachIsAccountedFor(int events) {
        await("an end for the mail about each " + every + "th event of " + events)
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> {
                    int delivered = count("delivered");
                    int unknown = count("unknown");
                    var mails = mailsBySubject();
                    assertThat(delivered + unknown).isEqualTo(events / every);
                    assertThat(mails.values()).containsOnly(1);
                    assertThat(mails.size()).isBetween(delivered, delivered + unknown);
                });
    }

    private int count(String status) throws IOException {
        return pages("/api/v1/notification/deliveries?limit=100&status=" + status, "deliveries").stream()
                .filter(delivery -> delivery.get("workflowName").asText().equals("stream"))
                .toList()
                .size();
    }

    private Map<String, Integer> mailsBySubject() throws IOException {
        var bySubject = new HashMap<String, Integer>();
        for (var message : pages("/api/v1/mailbox/messages?to=ops@example.org&limit=100", "messages")) {
            bySubject.merge(message.get("subject").asText(), 1, Integer::sum);
        }
        return bySubject;
    }

    private List<JsonNode> pages(String first, String list) throws IOException {
        var json = new ObjectMapper();
        var all = new ArrayList<JsonNode>();
        for (var path = first; path != null; ) {
            var page = host.get(path);
            assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
            json.readTree(page.body()).get(list).forEach(all::add);
            var next = NEXT.matcher(page.headers().firstValue("Link").orElse(""));
            path = next.find() ? next.group(1) : null;
        }
        return all;
    }
}
