package dev.seneschal.mailbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.seneschal.api.access.Caller;
import dev.seneschal.api.access.Permissions;
import dev.seneschal.api.audit.Journal;
import dev.seneschal.api.audit.JournalEntry;
import dev.seneschal.api.http.Problem;
import dev.seneschal.api.http.Request;
import dev.seneschal.api.http.Response;
import dev.seneschal.api.mail.MailMessage;
import dev.seneschal.api.mail.MailMessage.Mailbox;
import dev.seneschal.api.mail.MailResult;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.testkit.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class MailboxTest {

    private static final TenantId ACME = new TenantId("acme");
    private static final String PATH = "/api/v1/mailbox/messages";
    private static TestDatabase database;

    private final ObjectMapper mapper = new ObjectMapper();
    private final List<JournalEntry> journal = new ArrayList<>();
    private final MailboxTransport transport = new MailboxTransport(database.storage());
    private final MailboxApi api = new MailboxApi(database.storage(), new Journal() {
        @Override
        public UUID record(Handle transaction, JournalEntry entry) {
            return record(entry);
        }

        @Override
        public UUID record(JournalEntry entry) {
            journal.add(entry);
            return UUID.randomUUID();
        }
    });

    @BeforeAll
    static void start() {
        database = TestDatabase.with("mailbox");
        database.storage()
                .system()
                .run(handle -> handle.execute("INSERT INTO tenants (id, title) VALUES ('acme', 'Acme')"));
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    @BeforeEach
    void empty() {
        database.storage().system().run(handle -> handle.execute("DELETE FROM mailbox_messages"));
    }

    private static MailMessage message(TenantId tenant, String id, String to, String subject, String html) {
        return new MailMessage(
                tenant,
                id,
                new Mailbox("host@example.org", "The Höst"),
                new Mailbox(to, null),
                subject,
                "Hello",
                html,
                Map.of("X-Run", "42"));
    }

    private static Request request(String method, TenantId tenant, Map<String, String> query, String id) {
        var lists = new java.util.HashMap<String, List<String>>();
        query.forEach((name, value) -> lists.put(name, List.of(value)));
        return new Request(
                method,
                PATH,
                id == null ? Map.of() : Map.of("id", id),
                lists,
                Map.of(),
                new byte[0],
                new Caller("user:admin", Caller.Kind.ACCOUNT, null, Set.of("*"), null),
                tenant);
    }

    private Response call(String method, String path, Request request) throws Exception {
        for (var route : api.routes()) {
            if (route.method().equals(method) && route.path().equals(path)) {
                return route.handler().handle(request);
            }
        }
        throw new AssertionError("no route " + method + " " + path);
    }

    private JsonNode list(TenantId tenant, Map<String, String> query) throws Exception {
        return mapper.readTree(
                call("GET", PATH, request("GET", tenant, query, null)).body());
    }

    @Test
    void keepsAMessageWholeAndShowsIt() throws Exception {
        var result = transport.send(message(ACME, "1@example.org", "Ann@Example.org", "Grüße 🎉", "<p>Hello</p>"));
        assertThat(result).isInstanceOfSatisfying(MailResult.Accepted.class, accepted -> {
            assertThat(accepted.provider()).isEqualTo("mailbox");
            assertThat(accepted.reply()).startsWith("kept in the mailbox as ");
        });
        var listed = list(ACME, Map.of("to", "ann@example.ORG")).get("messages").get(0);
        assertThat(listed.get("subject").asText()).isEqualTo("Grüße 🎉");
        assertThat(listed.get("copies").asInt()).isEqualTo(1);
        var id = listed.get("id").asText();
        var read = mapper.readTree(
                call("GET", PATH + "/{id}", request("GET", ACME, Map.of(), id)).body());
        assertThat(read.get("messageId").asText()).isEqualTo("1@example.org");
        assertThat(read.get("from").get("name").asText()).isEqualTo("The Höst");
        assertThat(read.get("to").get("address").asText()).isEqualTo("Ann@Example.org");
        assertThat(read.get("headers").get("X-Run").asText()).isEqualTo("42");
        assertThat(read.get("text").asText()).isEqualTo("Hello");
        assertThat(read.get("html").asText()).isEqualTo("<p>Hello</p>");
    }

    @Test
    void aDoubleSendIsKeptTwiceAndCounted() throws Exception {
        transport.send(message(ACME, "same@example.org", "a@example.org", "s", null));
        transport.send(message(ACME, "same@example.org", "a@example.org", "s", null));
        var messages = list(ACME, Map.of()).get("messages");
        assertThat(messages).hasSize(2);
        assertThat(messages)
                .allSatisfy(one -> assertThat(one.get("copies").asInt()).isEqualTo(2));
    }

    @Test
    void oneTenantSeesNothingOfAnother() throws Exception {
        transport.send(message(ACME, "1@example.org", "a@example.org", "s", null));
        var id = list(ACME, Map.of()).get("messages").get(0).get("id").asText();
        assertThat(list(TenantId.DEFAULT, Map.of()).get("messages")).isEmpty();
        assertThatThrownBy(() -> call("GET", PATH + "/{id}", request("GET", TenantId.DEFAULT, Map.of(), id)))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.status()).isEqualTo(404));
        call("DELETE", PATH, request("DELETE", TenantId.DEFAULT, Map.of(), null));
        assertThat(list(ACME, Map.of()).get("messages")).hasSize(1);
    }

    @Test
    void pagesThroughTheMessagesNewestFirst() throws Exception {
        for (int i = 0; i < 5; i++) {
            transport.send(message(ACME, i + "@example.org", "a+b@example.org", "s" + i, null));
        }
        var first = call("GET", PATH, request("GET", ACME, Map.of("limit", "2", "to", "a+b@example.org"), null));
        assertThat(mapper.readTree(first.body()).get("messages").findValuesAsText("subject"))
                .containsExactly("s4", "s3");
        var link = first.headers().get("Link");
        assertThat(link).matches("<" + PATH + "\\?cursor=[0-9a-f-]+&limit=2&to=a%2Bb%40example.org>; rel=\"next\"");
        var cursor = link.replaceAll(".*cursor=([0-9a-f-]+).*", "$1");
        var last = call("GET", PATH, request("GET", ACME, Map.of("limit", "3", "cursor", cursor), null));
        assertThat(mapper.readTree(last.body()).get("messages").findValuesAsText("subject"))
                .containsExactly("s2", "s1", "s0");
        assertThat(last.headers()).doesNotContainKey("Link");
    }

    @Test
    void emptyingItIsCountedAndInTheJournal() throws Exception {
        transport.send(message(ACME, "1@example.org", "a@example.org", "s", null));
        var answer = call("DELETE", PATH, request("DELETE", ACME, Map.of(), null));
        assertThat(mapper.readTree(answer.body()).get("deleted").asInt()).isEqualTo(1);
        assertThat(journal).singleElement().satisfies(entry -> {
            assertThat(entry.action()).isEqualTo("mailbox.clear");
            assertThat(entry.actor()).isEqualTo("user:admin");
        });
    }

    @Test
    void badParametersAreNamed() {
        for (var bad : List.of(
                Map.of("limit", "0"),
                Map.of("limit", "501"),
                Map.of("limit", "x"),
                Map.of("cursor", "x"),
                Map.of("to", "\0"),
                Map.of("to", "a\nb"))) {
            assertThatThrownBy(() -> list(ACME, bad)).isInstanceOfSatisfying(Problem.class, problem -> {
                assertThat(problem.status()).isEqualTo(400);
                assertThat(problem.violations().get(0).pointer())
                        .isEqualTo(bad.keySet().iterator().next());
            });
        }
        assertThatThrownBy(() -> call("GET", PATH + "/{id}", request("GET", ACME, Map.of(), "1 OR 1=1")))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.status()).isEqualTo(404));
    }

    @Test
    void sqlAndNulInAMessageAreKeptAsText() throws Exception {
        var nasty = "'; DROP TABLE mailbox_messages; --";
        transport.send(new MailMessage(
                ACME,
                nasty,
                new Mailbox("a@b", nasty),
                new Mailbox("c@d", nasty),
                nasty,
                "a\0b",
                nasty,
                Map.of("X-Nasty", nasty)));
        var listed = list(ACME, Map.of()).get("messages").get(0);
        assertThat(listed.get("subject").asText()).isEqualTo(nasty);
        var read = mapper.readTree(call(
                        "GET",
                        PATH + "/{id}",
                        request("GET", ACME, Map.of(), listed.get("id").asText()))
                .body());
        assertThat(read.get("text").asText()).isEqualTo("a\uFFFDb");
        assertThat(read.get("headers").get("X-Nasty").asText()).isEqualTo(nasty);
    }

    @Test
    void whatWasCertainlyNotKeptIsPutOffAndWhatMayHaveBeenIsUnknown() throws Exception {
        assertThat(transport.send(message(new TenantId("nobody"), "1@example.org", "a@example.org", "s", null)))
                .isInstanceOf(MailResult.Deferred.class);
        var away = new MailboxTransport(new LosingStorage(database.storage(), false));
        assertThat(away.send(message(ACME, "2@example.org", "a@example.org", "s", null)))
                .isEqualTo(new MailResult.Deferred("the message could not be kept: The test took the database away."));
        var losing = new MailboxTransport(new LosingStorage(database.storage(), true));
        assertThat(losing.send(message(ACME, "3@example.org", "a@example.org", "s", null)))
                .isInstanceOf(MailResult.Unknown.class);
        assertThat(list(ACME, Map.of()).get("messages").findValuesAsText("messageId"))
                .containsExactly("3@example.org");
    }

    @Test
    void oldMessagesGoAndYoungOnesStay() throws Exception {
        transport.send(message(ACME, "old@example.org", "a@example.org", "old", null));
        database.storage()
                .system()
                .run(handle -> handle.execute("UPDATE mailbox_messages SET kept_at = now() - interval '31 days'"));
        transport.send(message(ACME, "new@example.org", "a@example.org", "new", null));
        try (var pruner = new MailboxPruner(database.storage(), 30)) {
            assertThat(pruner.prune()).isEqualTo(1);
        }
        assertThat(list(ACME, Map.of()).get("messages").findValuesAsText("subject"))
                .containsExactly("new");
    }

    @Test
    void aTimeToKeepOutOfRangeIsNamedWithItsRange() {
        for (int days : new int[] {0, 3_651}) {
            assertThatThrownBy(() -> new MailboxPruner(database.storage(), days))
                    .hasMessage("dev.seneschal.mailbox: keepDays is " + days + "; it must be 1 to 3650.");
        }
    }

    @Test
    void everyRouteNeedsThePermissionAndIsDescribed() throws Exception {
        var paths = mapper.readTree(api.openApi()).get("paths");
        assertThat(api.routes()).allSatisfy(route -> {
            assertThat(route.permission())
                    .isEqualTo(route.method().equals("GET") ? Permissions.MAIL_READ : Permissions.MAIL_MANAGE);
            assertThat(paths.at("/" + route.path().replace("/", "~1") + "/"
                                    + route.method().toLowerCase(java.util.Locale.ROOT))
                            .isMissingNode())
                    .isFalse();
        });
    }
}
